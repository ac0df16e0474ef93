import type { BrowserContext, Page } from "@playwright/test";
import type { FromWorker } from "../../client/browser/worker-messages.ts";
import type { ClientReport } from "../../client/peer/client-report.ts";
import type { RunConfig } from "../../shared/run/config.ts";
import type { ReportBook } from "../../test/support/report-book.ts";

declare global {
  interface Window {
    /** Installed by the tests, before the page's own code: one entry for each round that the page has shown. */
    shownRounds?: [round: number, hash: string][];
    /** Installed by the tests: hears each report of the tab's worker. */
    heard?: (report: ClientReport) => void;
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
  const place = selection === undefined ? "" : `&selection=${selection}`;
  await page.goto(addressOf(link, config, `?software-gpu${place}`));
  return page;
}

/** A tab of the room that trains on WebAssembly; what its worker reports goes into the book, also after a reload. */
export async function openHeardTab(
  context: BrowserContext,
  link: string,
  config: RunConfig | null,
  book: ReportBook,
  query = "",
): Promise<Page> {
  const page = await context.newPage();
  await hearTab(page, book);
  await page.goto(addressOf(link, config, query));
  return page;
}

/** What the workers of the pages that it loads from now on report goes into the book. */
export async function hearTab(page: Page, book: ReportBook): Promise<void> {
  await page.exposeFunction("heard", book.hear);
  await page.addInitScript(listenToWorkers);
}

/** Runs in the page, before its own code. */
export function listenToWorkers(): void {
  window.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
        if (data.type === "report") window.heard?.(data.report);
      });
    }
  };
}

/** The address of a room, with the configuration that whoever comes first gives it. */
export function addressOf(link: string, config: RunConfig | null, query = ""): string {
  if (config === null) return link + query;
  return `${link}${query}#${new URLSearchParams(Object.entries(config).map(([key, value]) => [key, String(value)]))}`;
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
