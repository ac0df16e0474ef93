import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { configOf } from "../cli/support/config-options.ts";
import { createSignalingServer } from "../signaling-server/main.ts";
import { openProxy, type ProxyRules, type TestProxy } from "../test/support/open-proxy.ts";
import { disagreements, lastRound, type ReportBook } from "../test/support/report-book.ts";
import { beforeWorkers, translation, webrtcThatThrows, withoutWebrtc, workerOddities } from "./support/oddities.ts";
import { inTestRoom, type TestRoom } from "./support/room.ts";
import { quick, startMs, untilFurther, untilWhole } from "./support/rounds.ts";
import { startServerProcess } from "./support/server-process.ts";
import { openHeardTab } from "./support/tab.ts";

/** Limit from an odd machine's start to its first round, or to a sentence that a person can act on. */
const soonMs = 20_000;
/** Time that an ordinary tab and an ordinary process take for that on two cores. */
const ordinaryMs = 4_000;
const dayMs = 86_400_000;

const inThree = configOf({ ...quick, startAt: 3 });
const inTwo = configOf({ ...quick, startAt: 2 });

test.describe.configure({ timeout: 120_000 });

/** `soonMs`, and the time by which ordinary peers are slower on this machine than `ordinaryMs`. */
let limitMs = soonMs;

test.beforeAll(async ({ browser }) => {
  const context = await browser.newContext();
  const startedAt = performance.now();
  await inTestRoom(inTwo, { peers: 1 }, async (room) => {
    const book = room.openBook("ordinary tab");
    await openHeardTab(context, room.link, inTwo, book);
    await room.until(() => lastRound(book) > 0, "a first round of ordinary peers", startMs);
  });
  limitMs = soonMs + Math.max(0, performance.now() - startedAt - ordinaryMs);
  await context.close();
});

/** Expects of all of these a round soon, then rounds that count all of them, and one chain. */
async function expectTraining(room: TestRoom, books: readonly ReportBook[]): Promise<void> {
  await room.until(() => books.every((book) => lastRound(book) > 0), "a first round", limitMs);
  await untilWhole(room, books, books.length);
  expect(disagreements(books)).toEqual([]);
}

/** Runs `body` with a room that everybody reaches through a proxy with these rules. */
async function behindProxy(rules: ProxyRules, body: (room: TestRoom, proxy: TestProxy) => Promise<void>): Promise<void> {
  const server = await createSignalingServer({ host: "127.0.0.1", port: 0, iceServers: [] });
  const proxy = await openProxy(server.url, rules);
  try {
    await inTestRoom(inThree, { peers: 0, serverUrl: proxy.url }, (room) => body(room, proxy));
  } finally {
    await proxy.close();
    await server.close();
  }
}

/** Two tabs and a headless peer. */
async function startThree(
  context: BrowserContext,
  room: TestRoom,
): Promise<{ readonly tab: Page; readonly books: ReportBook[] }> {
  const books = [room.openBook("first tab"), room.openBook("second tab"), room.start().book];
  const tab = await openHeardTab(context, room.link, inThree, books[0]!);
  await openHeardTab(context, room.link, inThree, books[1]!);
  return { tab, books };
}

for (const [what, rules] of [
  ["knows no WebSockets, and passes answers on when they are whole", { upgrades: "strip", buffers: true }],
  ["accepts WebSockets and is mute from then on", { upgrades: "mute" }],
  ["does not answer who asks for a WebSocket", { upgrades: "silent" }],
] as const) {
  test(`two tabs and a headless peer behind a proxy that ${what} train`, async ({ context }) => {
    await behindProxy(rules, async (room, proxy) => {
      const { books } = await startThree(context, room);
      await expectTraining(room, books);
      expect(proxy.requests).toContain("GET /socket.io/");
    });
  });
}

test("two tabs and a headless peer train with a server that a proxy has below a path, and the page's links stay below it", async ({
  context,
}) => {
  await behindProxy({ prefix: "/copse" }, async (room, proxy) => {
    const { tab, books } = await startThree(context, room);
    await expectTraining(room, books);

    await tab.getByTestId("leave").click();
    await expect.poll(() => proxy.requests.filter((request) => !/ \/copse\//.test(request))).toEqual([]);
    await tab.getByRole("link", { name: "Back to the start" }).click();
    await tab.getByTestId("open-room").click();
    await expect(tab.getByTestId("room-state")).toHaveAttribute("data-phase", "waiting", { timeout: limitMs });
    expect(tab.url()).toContain(`${proxy.url}/r/`);
  });
});

for (const [what, oddity] of [
  ["has no WebRTC", withoutWebrtc],
  ["cannot make a connection of WebRTC", webrtcThatThrows],
] as const) {
  test(`a tab that ${what} says so and what to do, and a room of two goes on`, async ({ context }) => {
    await inTestRoom(inTwo, { peers: 2 }, async (room) => {
      const books = room.peers.map(({ book }) => book);
      await untilWhole(room, books, 2);
      await context.addInitScript(oddity);
      const tab = await openHeardTab(context, room.link, null, room.openBook("odd tab"));
      await expect(tab.getByRole("alert")).toContainText(/WebRTC.*(browser|turn|allow|close)/i, { timeout: limitMs });
      await untilWhole(room, books, 2);
      expect(disagreements(books)).toEqual([]);
    });
  });

  test(`a tab that ${what} is no member of a room that waits for its second`, async ({ browser }) => {
    await inTestRoom(inTwo, { peers: 0 }, async (room) => {
      const [odd, ordinary] = [await browser.newContext(), await browser.newContext()];
      await odd.addInitScript(oddity);
      const tab = await openHeardTab(odd, room.link, inTwo, room.openBook("odd tab"));
      await expect(tab.getByRole("alert")).toContainText(/WebRTC/, { timeout: limitMs });
      const books = [room.openBook("tab"), room.start().book];
      await openHeardTab(ordinary, room.link, inTwo, books[0]!);
      await expectTraining(room, books);
      await Promise.all([odd.close(), ordinary.close()]);
    });
  });
}

for (const [what, source] of Object.entries(workerOddities)) {
  test(`a tab ${what} trains, and says what it does without`, async ({ context }) => {
    await beforeWorkers(context, source);
    await inTestRoom(inTwo, { peers: 1 }, async (room) => {
      const books = [room.openBook("odd tab"), room.peers[0]!.book];
      const tab = await openHeardTab(context, room.link, inTwo, books[0]!);
      await expectTraining(room, books);
      const said = /graphics/.test(what) ? tab.locator(".backend") : tab.getByTestId("notices");
      await expect(said).toContainText(/graphics/.test(what) ? /WebGPU/i : /goes on without a checkpoint/);
    });
  });
}

test("a page that the browser translates shows each round and each state, and its buttons do what they say", async ({
  context,
}) => {
  await context.addInitScript(translation);
  await inTestRoom(inTwo, { peers: 1 }, async (room) => {
    const books = [room.openBook("translated tab"), room.peers[0]!.book];
    const faults: string[] = [];
    context.on("weberror", (fault) => faults.push(String(fault.error())));
    const tab = await openHeardTab(context, room.link, inTwo, books[0]!);
    await expectTraining(room, books);
    await expect(tab.locator("font").first()).toBeVisible();
    const shownRound = async (): Promise<number> => Number(/\d+/.exec(await tab.getByTestId("round").innerText())?.[0]);
    for (let i = 0; i < 2; i += 1) {
      const round = lastRound(books[0]!);
      await expect.poll(shownRound).toBeGreaterThanOrEqual(round);
      await expect(tab.getByTestId("room-state")).toHaveText(/Training round\W+\d+/);
      await untilFurther(room, books, 3);
    }

    await tab.getByTestId("pause").click();
    await expect(tab.getByTestId("room-state")).toHaveText(/Paused/);
    await expect(tab.getByTestId("start")).toHaveText(/Start/);
    await tab.getByTestId("start").click();
    await untilWhole(room, books, 2);
    await expect(tab.getByTestId("room-state")).toHaveText(/Training/);
    await tab.getByTestId("leave").click();
    await expect(tab.getByTestId("room-state")).toHaveText(/You have left the room/);
    expect(faults).toEqual([]);
  });
});

test("a server that comes back with its clock 30 days behind finds its peers, and a newcomer gets in", async ({ context }) => {
  let server = await startServerProcess(0);
  try {
    await inTestRoom(inTwo, { peers: 1, serverUrl: server.url }, async (room) => {
      const books = [room.openBook("tab"), room.peers[0]!.book];
      await openHeardTab(context, room.link, inTwo, books[0]!);
      await untilWhole(room, books, 2);

      await server.kill();
      server = await startServerProcess(Number(new URL(server.url).port), { behindMs: 30 * dayMs });
      const late = room.openBook("late tab");
      await openHeardTab(context, room.link, null, late);
      await expectTraining(room, [...books, late]);
    });
  } finally {
    await server.kill();
  }
});
