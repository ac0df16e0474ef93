import { type Browser, chromium } from "@playwright/test";
import type { RunConfig } from "../../shared/run/config.ts";
import { chromiumAdvice, chromiumArguments, findChromium } from "../find-chromium.ts";
import type { TabEnd } from "./summary.ts";

/** Headless tabs on a room. */
export interface DemoTabs {
  /** Resolves when every page shows the last round; rejects as soon as one fails, with the text of its page. */
  readonly ends: Promise<readonly TabEnd[]>;
  close(): Promise<void>;
}

/** The demo handles signals itself: Playwright would end this process before its peers have left. */
const byUs = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false } as const;

/** Matches a page whose tab has failed or left. */
const failedPage = ["refused", "problem", "left"].map((phase) => `[data-testid="room-state"][data-phase="${phase}"]`).join(", ");

/** @throws {Error} if there is no browser */
export function openTabs(link: string, count: number, config: RunConfig): DemoTabs {
  const executablePath = findChromium(() => chromium.executablePath());
  if (executablePath === null) throw new Error(chromiumAdvice);
  // The fragment carries the configuration, so that the first to come opens the room with it.
  const fragment = new URLSearchParams(Object.entries(config).map(([key, value]) => [key, String(value)]));
  const browser = chromium.launch({ executablePath, args: [...chromiumArguments], ...byUs });
  const ends = browser.then((opened) =>
    Promise.all(Array.from({ length: count }, (_, i) => train(opened, `${link}#${fragment}`, { name: `tab ${i + 1}`, config }))),
  );
  return {
    ends,
    async close() {
      await browser.then((opened) => opened.close()).catch(() => {}); // a browser that did not start has nothing to close
    },
  };
}

async function train(
  browser: Browser,
  url: string,
  { name, config }: { readonly name: string; readonly config: RunConfig },
): Promise<TabEnd> {
  const page = await browser.newPage();
  // A crashed page answers no query, so its event is the only sign.
  const crashed = new Promise<never>((_, reject) => page.once("crash", () => reject(new Error("its page crashed"))));
  const finished = async (): Promise<TabEnd> => {
    await page.goto(url);
    await page.waitForSelector(`html[data-round="${config.rounds}"], ${failedPage}`, { state: "attached", timeout: 0 });
    if ((await page.locator(failedPage).count()) > 0) {
      throw new Error(await page.getByRole("alert").first().innerText());
    }
    return { hash: await page.evaluate(() => document.documentElement.dataset["hash"] ?? null) };
  };
  try {
    return await Promise.race([finished(), crashed]);
  } catch (cause) {
    // Playwright's errors go on with lines about how it waited.
    const [sentence] = (cause instanceof Error ? cause.message : String(cause)).split("\n", 1);
    throw new Error(`${name} failed: ${sentence}`, { cause });
  }
}
