import { expect, type Page, test } from "@playwright/test";
import { configOf } from "../cli/support/config-options.ts";
import { disagreements, lastRound, type ReportBook } from "../test/support/report-book.ts";
import { openPlainChromium } from "./support/plain-chromium.ts";
import { inTestRoom, type TestRoom } from "./support/room.ts";
import { quick, startMs, untilWhole } from "./support/rounds.ts";
import { addressOf, hearTab, openHeardTab } from "./support/tab.ts";

/** Few rounds a second, since a tab that a page opened shares its thread. */
const config = configOf({ ...quick, localSteps: 40, startAt: 2 });

test.describe.configure({ timeout: 120_000 });

const openBooks = (room: TestRoom): [ReportBook, ReportBook] => [room.openBook("first tab"), room.openBook("second tab")];
const noticesOf = (page: Page) => page.getByTestId("notices").locator("li > span");
const seatOf = (book: ReportBook): number => book.last("joined")!.seat;

/** The name of this tab's checkpoint slot; null before there is one. */
const slotOf = (page: Page): Promise<string | null> => page.evaluate(() => sessionStorage.getItem("copse slot test-room"));

/** Reloads the page; resolves when its peer has joined and says that it goes on from its checkpoint. @returns whether that was of its last round */
async function reload(room: TestRoom, page: Page, book: ReportBook): Promise<boolean> {
  const { self } = book.last("joined")!;
  const last = lastRound(book);
  await page.reload();
  await room.until(() => book.last("joined")!.self !== self, "another life of the tab", startMs);
  // The last round before the reload may have been withdrawn; the notice says so.
  await expect(noticesOf(page).filter({ hasText: /Went on from round \d+, where this tab was before/ })).toHaveCount(1);
  return book.last("resumed")!.round >= last;
}

test("a tab that is duplicated is another peer with a checkpoint of its own: loaded again, each of the two is itself", async ({
  context,
}) => {
  await inTestRoom(config, { peers: 0 }, async (room) => {
    const [own, other, copied] = [...openBooks(room), room.openBook("copy")];
    const tab = await openHeardTab(context, room.link, config, own!);
    await openHeardTab(context, room.link, config, other!);
    await untilWhole(room, [own!, other!], 2);

    // A tab that a page opens has a copy of its sessionStorage, as a duplicate has.
    const opened = context.waitForEvent("page");
    await tab.evaluate(() => void open(""));
    const copy = await opened;
    expect(await slotOf(copy)).toBe(await slotOf(tab));
    await hearTab(copy, copied!);
    await copy.goto(addressOf(room.link, config));
    const books = [own!, other!, copied!];
    await untilWhole(room, books, 3);
    expect(await slotOf(copy)).not.toBe(await slotOf(tab));

    const seats = [seatOf(own!), seatOf(copied!)];
    expect(new Set(seats).size).toBe(2);
    const fromLast: boolean[] = [];
    for (let i = 0; i < 2; i += 1) {
      fromLast.push(...(await Promise.all([reload(room, tab, own!), reload(room, copy, copied!)])));
      await untilWhole(room, books, 3);
      expect([seatOf(own!), seatOf(copied!)]).toEqual(seats);
    }
    // The page ends its worker, so that a busy one may miss its last save.
    expect(fromLast.filter(Boolean).length).toBeGreaterThanOrEqual(2);
    expect(disagreements(books)).toEqual([]);
  });
});

/** Leaves checkpoints of former tabs, one more than are kept; one of them is unreadable. */
async function leaveBehind(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const opening = indexedDB.open("copse", 1);
    opening.onupgradeneeded = () => void opening.result.createObjectStore("checkpoints");
    await new Promise((resolve) => {
      opening.onsuccess = resolve;
    });
    const writing = opening.result.transaction("checkpoints", "readwrite");
    const records = writing.objectStore("checkpoints");
    for (let at = 1; at <= 8; at += 1) records.put({ at, bytes: new Uint8Array(1) }, `test-room/${at}`);
    records.put(undefined, "test-room/gone");
    await new Promise((resolve) => {
      writing.oncomplete = resolve;
    });
    opening.result.close();
  });
}

const keysOf = (page: Page): Promise<readonly IDBValidKey[]> =>
  page.evaluate(async () => {
    const opening = indexedDB.open("copse", 1);
    await new Promise((resolve) => {
      opening.onsuccess = resolve;
    });
    const asking = opening.result.transaction("checkpoints").objectStore("checkpoints").getAllKeys();
    await new Promise((resolve) => {
      asking.onsuccess = resolve;
    });
    opening.result.close();
    return asking.result;
  });

test("a record that another tab has taken away meanwhile does not keep this one from its checkpoint; the oldest go", async ({
  context,
}) => {
  await inTestRoom(config, { peers: 0 }, async (room) => {
    const books = openBooks(room);
    const tab = await context.newPage();
    await hearTab(tab, books[0]);
    await tab.goto(new URL("/", room.link).href);
    await leaveBehind(tab);
    await tab.goto(addressOf(room.link, config));
    await openHeardTab(context, room.link, config, books[1]);
    await untilWhole(room, books, 2);
    await expect(noticesOf(tab)).toHaveText([]);
    await reload(room, tab, books[0]);
    const left = await keysOf(tab);
    expect(left).toEqual(expect.arrayContaining(["test-room/8", "test-room/7"]));
    for (const oldest of ["test-room/gone", "test-room/1"]) expect(left).not.toContain(oldest);
  });
});

test("storage that is full is said once, and the rounds go on without checkpoints", async ({ context }) => {
  await inTestRoom(config, { peers: 0 }, async (room) => {
    const books = openBooks(room);
    const blank = await context.newPage();
    const devTools = await context.newCDPSession(blank);
    await devTools.send("Storage.overrideQuotaForOrigin", { origin: new URL(room.link).origin, quotaSize: 1 });
    const tab = await openHeardTab(context, room.link, config, books[0]);
    await openHeardTab(context, room.link, config, books[1]);
    await untilWhole(room, books, 2);
    await expect(noticesOf(tab)).toHaveText([
      "checkpoints cannot be saved: the browser has no room left for this page; the run goes on without them",
    ]);
  });
});

const denials = [
  {
    where: "storage is denied",
    options: { preferences: { profile: { default_content_setting_values: { cookies: 2 } } } },
    host: "localhost",
    said: "This browser lets the page keep nothing, as in a private window or with cookies blocked.",
  },
  {
    where: "the page came over plain http",
    options: { switches: ["--host-resolver-rules=MAP copse.test 127.0.0.1"] },
    host: "copse.test",
    said: "Over plain http a browser has no locks by which the tabs of a page keep apart.",
  },
] as const;

for (const { where, options, host, said } of denials) {
  test(`where ${where} that is said once, and the rounds go on without checkpoints`, async () => {
    const chromium = await openPlainChromium(null, options);
    try {
      await inTestRoom(config, { peers: 0, allowedHosts: [host] }, async (room) => {
        const books = openBooks(room);
        const address = addressOf(room.link.replace(new URL(room.link).hostname, host), config);
        const tab = await chromium.open(address, books[0]);
        await chromium.open(address, books[1]);
        await untilWhole(room, books, 2);
        const notices = await tab.evaluate(
          `[...document.querySelectorAll("[data-testid=notices] li > span")].map((each) => each.innerText)`,
        );
        const consequence = "The run goes on without a checkpoint: loaded again, this tab begins as a newcomer.";
        expect(notices).toEqual([`${said} ${consequence}`]);
      });
    } finally {
      await chromium.close();
    }
  });
}

/** Cuts this tab's checkpoint short, and puts the whole one into another room's slot. */
async function spoilCheckpoint(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const asked = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const slot = sessionStorage.getItem("copse slot test-room")!;
    sessionStorage.setItem("copse slot other-room", slot);
    // The lock is free once the worker has ended, whose last act is a save.
    await navigator.locks.request(`copse test-room/${slot}`, async () => {
      const database = await asked(indexedDB.open("copse", 1));
      const records = database.transaction("checkpoints", "readwrite").objectStore("checkpoints");
      const record: { at: number; bytes: Uint8Array } = await asked(records.get(`test-room/${slot}`));
      await asked(records.put(record, `other-room/${slot}`));
      await asked(records.put({ ...record, bytes: record.bytes.slice(0, -100) }, `test-room/${slot}`));
      database.close();
    });
  });
}

test("a checkpoint that was cut short, or is another room's, is set aside and said, and the tab begins as a newcomer", async ({
  context,
}) => {
  await inTestRoom(config, { peers: 0 }, async (room) => {
    const books = openBooks(room);
    const tab = await openHeardTab(context, room.link, config, books[0]);
    await openHeardTab(context, room.link, config, books[1]);
    await untilWhole(room, books, 2);

    await tab.goto(new URL("/", room.link).href);
    await spoilCheckpoint(tab);
    await tab.goto(addressOf(room.link, config));
    await expect(noticesOf(tab)).toHaveText([
      /^a checkpoint cannot be used: expected bytes with the checksum [0-9a-f]+, got [0-9a-f]+; it is kept in this browser for a tab with its settings; this peer begins without one$/,
    ]);
    await untilWhole(room, books, 2);
    expect(books[0].last("resumed")).toBeUndefined();
    expect(disagreements(books)).toEqual([]);

    await tab.goto(addressOf(room.link.replace("test-room", "other-room"), config));
    await expect(noticesOf(tab)).toHaveText([
      "expected a checkpoint of room other-room, got one of test-room; it is kept in this browser for a tab with its settings; this peer begins without one",
    ]);
    await expect(tab.getByTestId("room-state")).toHaveAttribute("data-phase", "waiting");
  });
});

test("a link with a mistyped setting costs nothing: opened rightly again, the tab goes on from its checkpoint", async ({
  context,
}) => {
  await inTestRoom(config, { peers: 0 }, async (room) => {
    const books = openBooks(room);
    const tab = await openHeardTab(context, room.link, config, books[0]);
    const other = await openHeardTab(context, room.link, config, books[1]);
    await untilWhole(room, books, 2);
    await tab.goto("about:blank");
    await tab.goto(addressOf(room.link, { ...config, rate: config.rate / 10 }));
    await expect(tab.getByTestId("room-state")).toHaveAttribute("data-phase", "refused", { timeout: startMs });
    await expect(noticesOf(tab)).toHaveText([/rate: the room has .*; it is kept in this browser for a tab with its settings/]);
    await tab.goto("about:blank");
    await tab.goto(addressOf(room.link, config));
    const resumed = noticesOf(tab).filter({ hasText: /Went on from round \d+, where this tab was before/ });
    await expect(resumed).toHaveCount(1, { timeout: startMs });
    await untilWhole(room, books, 2);
    await other.close();
  });
});

test("a tab that is led back to the room takes part again, whether the browser had kept the page or loads it anew", async () => {
  const chromium = await openPlainChromium(null);
  try {
    await inTestRoom(config, { peers: 0 }, async (room) => {
      const books = openBooks(room);
      const address = addressOf(room.link, config);
      const tab = await chromium.open(address, books[0]);
      const awayAndBack = `data:text/html,${encodeURIComponent("<script>onload = () => setTimeout(() => history.back())</script>")}`;
      const anew = async (leave: () => Promise<unknown>): Promise<void> => {
        const { self } = books[0].last("joined")!;
        await leave();
        await room.until(() => books[0].last("joined")!.self !== self, "another life of the tab", startMs);
      };
      const leadBack = (): Promise<void> => anew(() => tab.send("Page.navigate", { url: awayAndBack }));
      await room.until(() => books[0].last("joined") !== undefined, "a tab that waits", startMs);
      await leadBack();
      // A page with an open WebSocket is not kept, and its worker may close it too late: these are the events of one that was kept.
      const kept = (event: string): string => `dispatchEvent(new PageTransitionEvent("${event}", { persisted: true }))`;
      await anew(() => tab.evaluate(`${kept("pagehide")}; ${kept("pageshow")}`));

      await chromium.open(address, books[1]);
      await untilWhole(room, books, 2);
      await leadBack();
      await untilWhole(room, books, 2);
      expect(books[0].last("resumed")?.round).toBeGreaterThan(0);
      expect(disagreements(books)).toEqual([]);
    });
  } finally {
    await chromium.close();
  }
});
