import { expect, test } from "@playwright/test";
import { configOf } from "../cli/support/config-options.ts";
import { createSignalingServer } from "../signaling-server/main.ts";
import { disagreements } from "../test/support/report-book.ts";
import { openProxyServer } from "./support/proxy-server.ts";
import { inTestRoom } from "./support/room.ts";
import { quick, startMs, untilWhole } from "./support/rounds.ts";
import { openHeardTab } from "./support/tab.ts";

const config = configOf({ ...quick, startAt: 2 });

test.describe.configure({ timeout: 120_000 });

test("a tab and a headless peer train below /copse/ of an nginx, and all of the page's links stay below it", async ({
  context,
}) => {
  const server = await createSignalingServer({ host: "127.0.0.1", port: 0 });
  const proxy = await openProxyServer("nginx", server.port);
  const outside: string[] = [];
  context.on("request", (request) => void (request.url().startsWith(`${proxy.url}/`) || outside.push(request.url())));
  try {
    await inTestRoom(config, { peers: 1, serverUrl: proxy.url }, async (room) => {
      const books = [room.peers[0]!.book, room.openBook("tab")];
      const tab = await openHeardTab(context, room.link, config, books[1]!, "?selection=cpu");
      await untilWhole(room, books, 2);
      await expect(tab.getByLabel("Link to this room")).toHaveValue(tab.url().replace("?selection=cpu", ""));
      await tab.getByRole("link", { name: "Copse" }).click();
      await tab.waitForURL(`${proxy.url}/`);
      await tab.getByTestId("open-room").click();
      await tab.waitForURL(new RegExp(`^${proxy.url}/r/[a-z0-9-]+$`));
      await expect(tab.getByTestId("room-state")).toHaveAttribute("data-phase", "waiting", { timeout: startMs });
      expect(disagreements(books)).toEqual([]);
    });
    expect(outside).toEqual([]);
  } finally {
    await proxy.close();
    await server.close();
  }
});
