import { expect, test } from "@playwright/test";
import { configOf } from "../cli/support/config-options.ts";
import { disagreements, type ReportBook } from "../test/support/report-book.ts";
import { inTestRoom } from "./support/room.ts";
import { quick, startMs, untilWhole } from "./support/rounds.ts";
import { openHeardTab } from "./support/tab.ts";
import { openTurnServer } from "./support/turn-server.ts";

const config = configOf({ ...quick, startAt: 3 });

test.describe.configure({ timeout: 120_000 });

test("two tabs and a headless peer that may meet only over a TURN server train, and say of each link that it is relayed", async ({
  context,
}) => {
  const turn = await openTurnServer();
  try {
    await inTestRoom(config, { peers: 0, iceServers: [turn.iceServer] }, async (room) => {
      const books = [room.openBook("first tab"), room.openBook("second tab"), room.start(["--relay-only"]).book];
      const tabs = [
        await openHeardTab(context, room.link, config, books[0]!, "?relay-only"),
        await openHeardTab(context, room.link, config, books[1]!, "?relay-only"),
      ];
      await untilWhole(room, books, 3);
      for (const tab of tabs) {
        const ways = tab.getByTestId("link").locator(".way");
        await expect.poll(async () => [...new Set(await ways.allInnerTexts())]).toEqual(["relayed"]);
      }
      const isRelayed = (book: ReportBook): boolean => book.last("link")?.path === "relayed";
      await room.until(() => books.every(isRelayed), "links that are relayed", startMs);
      expect(disagreements(books)).toEqual([]);
    });
  } finally {
    await turn.close();
  }
});
