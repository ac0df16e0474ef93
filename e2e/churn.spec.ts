import { expect, type Page, test } from "@playwright/test";
import { configOf } from "../cli/support/config-options.ts";
import { disagreements, lastRound, type ReportBook } from "../test/support/report-book.ts";
import { inTestRoom } from "./support/room.ts";
import { latestMs, quick, slowestMs, startMs, untilFurther, untilWhole, wholeRounds } from "./support/rounds.ts";
import { startServerProcess } from "./support/server-process.ts";
import { openHeardTab } from "./support/tab.ts";

/** Ends the tab's process as if it had run out of memory. */
async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent("crash");
  session.send("Page.crash").catch(() => {}); // the crashed page does not answer
  await crashed;
}

test("the tab at the root crashes in the middle of a round, another is reloaded: the others go on, and it is back", async ({
  browser,
}) => {
  const context = await browser.newContext();
  const config = configOf({ ...quick, startAt: 5 });
  await inTestRoom(config, { peers: 0 }, async (room) => {
    const [root, inner, other] = ["root", "inner", "other"].map(room.openBook) as [ReportBook, ReportBook, ReportBook];
    // The first to join is at position 0.
    const rootTab = await openHeardTab(context, room.link, config, root);
    await room.until(() => root.last("joined") !== undefined, "a first tab that has joined", startMs);
    const innerTab = await openHeardTab(context, room.link, config, inner);
    await room.until(() => inner.last("joined") !== undefined, "a second tab that has joined", startMs);
    const survivors = [inner, other, room.start().book, room.start().book];
    await openHeardTab(context, room.link, config, other);
    await untilWhole(room, [root, ...survivors], 5);
    expect([root, inner].map((book) => book.last("roster")?.position)).toEqual([0, 1]);

    const crashedAt = lastRound(root);
    const limits = survivors.map((book) => latestMs(book, 5));
    await crash(rootTab);
    await untilWhole(room, survivors, 4);
    survivors.forEach((book, i) => {
      expect(slowestMs(book, crashedAt), book.name).toBeLessThan(limits[i]!);
    });

    const others = survivors.filter((book) => book !== inner);
    const reloadedAt = Math.max(...others.map(lastRound));
    await innerTab.reload();
    await expect(innerTab.getByTestId("notices")).toContainText(/Went on from round \d+, where this tab was before/);
    await untilFurther(room, others, 5);
    await untilWhole(room, survivors, 4);
    for (const book of others) expect(slowestMs(book, reloadedAt), book.name).toBeLessThan(latestMs(book, 4));
    expect(disagreements(survivors, [root])).toEqual([]);
  });
  await context.close();
});

test("rounds go on while the signaling server is dead, though a tab dies meanwhile; its successor on the same port finds everyone", async ({
  browser,
}) => {
  const context = await browser.newContext();
  const config = configOf({ ...quick, startAt: 4 });
  let server = await startServerProcess(0);
  try {
    await inTestRoom(config, { peers: 2, serverUrl: server.url }, async (room) => {
      const [watching, leaf] = ["watching tab", "leaf"].map(room.openBook) as [ReportBook, ReportBook];
      const survivors = [watching, ...room.peers.map(({ book }) => book)];
      const watchingTab = await openHeardTab(context, room.link, config, watching);
      const joined = survivors.map((book) => () => book.last("joined") !== undefined);
      await room.until(() => joined.every((has) => has()), "three that have joined", startMs);
      const leafTab = await openHeardTab(context, room.link, config, leaf);
      await untilWhole(room, [...survivors, leaf], 4);

      await server.kill();
      await expect(watchingTab.getByTestId("room-state")).toContainText("Signaling server lost");
      await untilFurther(room, [...survivors, leaf], wholeRounds);
      expect(leaf.last("roster")?.position).toBe(3);
      const crashedAt = lastRound(leaf);
      await crash(leafTab);
      await untilFurther(room, survivors, 3);
      for (const book of survivors) expect(slowestMs(book, crashedAt), book.name).toBeLessThan(latestMs(book, 4));

      server = await startServerProcess(Number(new URL(server.url).port));
      await untilWhole(room, survivors, 3);
      await expect(watchingTab.getByTestId("room-state")).not.toContainText("Signaling server lost");
      const late = room.openBook("late tab");
      await openHeardTab(context, room.link, null, late);
      await untilWhole(room, [...survivors, late], 4);
      expect(disagreements([...survivors, late], [leaf])).toEqual([]);
    });
  } finally {
    await context.close();
    await server.kill();
  }
});
