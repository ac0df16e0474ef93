import { expect, test } from "@playwright/test";
import { configOf } from "../cli/support/config-options.ts";
import { defaultPacing } from "../shared/signaling/roster/pacing.ts";
import { disagreements, lastRound, type ReportBook } from "../test/support/report-book.ts";
import { openPlainChromium, type PlainChromium } from "./support/plain-chromium.ts";
import { inTestRoom, type TestRoom } from "./support/room.ts";
import { latestMs, quick, slowestMs, startMs, untilFurther, untilWhole } from "./support/rounds.ts";
import { addressOf } from "./support/tab.ts";
import { displayAdvice, findXvfb, openVirtualDisplay } from "./support/virtual-display.ts";

const isNight = process.env["COPSE_NIGHTLY"] === "1";
/** Length of the freeze, in which each round waits for its deadline, 3 s. At night it lasts until the server has removed the tab. */
const frozenMs = isNight ? 60_000 : 8_000;
/** How long the page is hidden. After five minutes Chromium fires a hidden page's timers once a minute only. */
const hiddenMs = isNight ? 390_000 : 10_000;
/** How long the server keeps the places of half a roster that vanishes. */
const { rejoinMs } = defaultPacing;
const config = configOf({ ...quick, startAt: 3 });

test.describe.configure({ timeout: hiddenMs + 240_000 });

/** Runs `body` with a room of two headless peers, and a third in a tab, the last leaf. */
async function withTab(
  chromium: PlainChromium,
  body: (
    room: TestRoom,
    tab: Awaited<ReturnType<PlainChromium["open"]>>,
    books: { own: ReportBook; others: ReportBook[] },
  ) => Promise<void>,
): Promise<void> {
  try {
    await inTestRoom(config, { peers: 2 }, async (room) => {
      const others = room.peers.map(({ book }) => book);
      await room.until(() => others.every((book) => book.last("joined") !== undefined), "two that have joined", startMs);
      const own = room.openBook("tab");
      const tab = await chromium.open(addressOf(room.link, null), own);
      await untilWhole(room, [own, ...others], 3);
      await body(room, tab, { own, others });
    });
  } finally {
    await chromium.close();
  }
}

/** Resolves when `ms` have passed and all books have recorded rounds after that. */
async function untilGoneOnFor(room: TestRoom, books: readonly ReportBook[], ms: number): Promise<void> {
  const endsAt = performance.now() + ms;
  await room.until(() => performance.now() >= endsAt, `rounds after ${ms} ms`, ms + startMs);
  await untilFurther(room, books, 1);
}

test("a tab that is frozen is a straggler: rounds go on without it, and when it thaws it catches up and counts", async () => {
  await withTab(await openPlainChromium(null), async (room, tab, { own, others }) => {
    const limits = others.map((book) => latestMs(book, 3));
    await tab.send("Page.setWebLifecycleState", { state: "frozen" });
    // Its messages from before may still be under way.
    await untilFurther(room, others, 2);
    const frozenAt = lastRound(own);
    await untilGoneOnFor(room, others, frozenMs);
    expect(lastRound(own)).toBe(frozenAt);
    others.forEach((book, i) => {
      expect(slowestMs(book, frozenAt), book.name).toBeLessThan(limits[i]!);
    });

    await tab.send("Page.setWebLifecycleState", { state: "active" });
    await untilWhole(room, [own, ...others], 3);
    expect(disagreements([own, ...others])).toEqual([]);
  });
});

test("a tab that is hidden goes on as if it were seen", async () => {
  test.skip(findXvfb() === null, displayAdvice);
  const display = await openVirtualDisplay();
  try {
    const chromium = await openPlainChromium(display.name);
    await withTab(chromium, async (room, tab, { own, others }) => {
      expect(await tab.evaluate("document.hidden")).toBe(false);
      const limit = latestMs(own, 3);
      await chromium.open("about:blank");
      await expect.poll(() => tab.evaluate("document.hidden")).toBe(true);
      const hiddenAt = lastRound(own);
      await untilGoneOnFor(room, [own, ...others], hiddenMs);
      await untilWhole(room, [own, ...others], 3);
      expect(await tab.evaluate("document.hidden")).toBe(true);
      expect(slowestMs(own, hiddenAt)).toBeLessThan(limit);
      const whole = [...own.rounds.values()].filter(({ round, contributors }) => round > hiddenAt && contributors === 3);
      expect(whole.length).toBeGreaterThan(0.9 * (lastRound(own) - hiddenAt));
      expect(disagreements([own, ...others])).toEqual([]);
    });
  } finally {
    await display.close();
  }
});

test("tabs that are led elsewhere, reloaded or closed leave politely: nobody keeps the places of two of three for them", async () => {
  const chromium = await openPlainChromium(null);
  try {
    await inTestRoom(config, { peers: 1 }, async (room) => {
      const other = room.peers[0]!.book;
      await room.until(() => other.last("joined") !== undefined, "one that has joined", startMs);
      for (const [method, params] of [
        ["Page.navigate", { url: "about:blank" }],
        ["Page.reload", {}],
        ["Page.close", {}],
      ] as const) {
        const own = [room.openBook(`first tab for ${method}`), room.openBook(`second tab for ${method}`)];
        const tabs = await Promise.all(own.map((book) => chromium.open(addressOf(room.link, null), book)));
        await untilWhole(room, [...own, other], 3);
        const ids = own.map((book) => book.last("joined")!.self);
        const haveLeft = (): boolean => other.last("roster")!.members.every(({ peer }) => !ids.includes(peer));
        const startedAt = performance.now();
        const done = Promise.all(tabs.map((tab) => tab.send(method, params)));
        await room.until(haveLeft, "a roster without the tabs", startMs);
        expect(performance.now() - startedAt, method).toBeLessThan(rejoinMs);
        await done;
        // A tab that is closed while it reloads may stay open.
        if (method === "Page.reload") await untilWhole(room, [...own, other], 3);
        if (method !== "Page.close") await Promise.all(tabs.map((tab) => tab.close()));
        await room.until(() => other.last("roster")!.members.length === 1, "a roster of one", startMs);
      }
    });
  } finally {
    await chromium.close();
  }
});
