import { chromium } from "@playwright/test";
import type { RunConfig } from "../shared/training/config.ts";
import { chromiumAdvice, chromiumArguments, findChromium } from "./find-chromium.ts";
import type { TabEnd } from "./summary.ts";

/** Opens headless tabs on a room; each is over when its page shows the last round. */
export async function openTabs(
  link: string,
  count: number,
  config: RunConfig,
): Promise<{ readonly ends: Promise<readonly TabEnd[]>; close(): Promise<void> }> {
  const executablePath = findChromium(() => chromium.executablePath());
  if (executablePath === null) throw new Error(chromiumAdvice);
  const browser = await chromium.launch({ executablePath, args: [...chromiumArguments] });
  // The fragment carries the configuration, so that whoever comes first opens the right room.
  const fragment = new URLSearchParams(Object.entries(config).map(([key, value]) => [key, String(value)]));
  const tab = async (): Promise<TabEnd> => {
    const page = await browser.newPage();
    await page.goto(`${link}#${fragment}`);
    await page.waitForSelector(`html[data-round="${config.rounds}"]`, { state: "attached", timeout: 0 });
    return { hash: await page.evaluate(() => document.documentElement.dataset["hash"] ?? null) };
  };
  const ends = Promise.all(Array.from({ length: count }, tab));
  return { ends, close: () => browser.close() };
}
