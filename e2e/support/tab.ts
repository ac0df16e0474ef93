import type { BrowserContext, Page } from "@playwright/test";
import type { RunConfig } from "../../shared/training/config.ts";

declare global {
  interface Window {
    /** Installed by the tests, before the page's own code: one entry for each round that the page has shown. */
    shownRounds?: [round: number, hash: string][];
  }
}

/** A tab of the room, which remembers each round it shows; it trains on WebGPU, though the tests' browser has it in software only. */
export async function openTab(
  context: BrowserContext,
  link: string,
  config: RunConfig | null,
  selection?: "device" | "cpu",
): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript(() => {
    const shown: NonNullable<Window["shownRounds"]> = [];
    window.shownRounds = shown;
    new MutationObserver(() => {
      const { round = "0", hash = "" } = document.documentElement.dataset;
      if (Number(round) > 0 && shown.at(-1)?.[0] !== Number(round)) shown.push([Number(round), hash]);
    }).observe(document, { attributes: true, subtree: true, attributeFilter: ["data-hash"] });
  });
  const fragment =
    config === null ? "" : `#${new URLSearchParams(Object.entries(config).map(([key, value]) => [key, String(value)]))}`;
  const place = selection === undefined ? "" : `&selection=${selection}`;
  await page.goto(`${link}?software-gpu${place}${fragment}`);
  return page;
}

/** The hash that the tab showed for each round. */
export async function hashesOf(page: Page): Promise<ReadonlyMap<number, string>> {
  return new Map(await page.evaluate(() => window.shownRounds ?? []));
}

/** Waits until the tab has shown this round or a later one. */
export async function untilRound(page: Page, round: number): Promise<void> {
  // Polled by a timer: a tab behind others gets no animation frames.
  await page.waitForFunction((wanted) => Number(document.documentElement.dataset["round"]) >= wanted, round, {
    polling: 250,
    timeout: 240_000,
  });
}
