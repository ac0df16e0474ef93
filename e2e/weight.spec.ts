import { expect, test } from "@playwright/test";
import { configOf } from "../cli/support/config-options.ts";
import { createSignalingServer } from "../signaling-server/main.ts";
import { type CountingRelay, openCountingRelay } from "./support/counting-relay.ts";
import { quick } from "./support/rounds.ts";
import { addressOf, untilRound } from "./support/tab.ts";

/** Most bytes from the server for a first visit, headers included; `after`: for a room that is opened from a start page read for a while. */
const limits = { landing: 65_000, room: 490_000, after: 300_000 };

async function throughRelay(body: (relay: CountingRelay) => Promise<void>): Promise<void> {
  const server = await createSignalingServer({ host: "127.0.0.1", port: 0 });
  const relay = await openCountingRelay(server.port);
  try {
    await body(relay);
  } finally {
    await relay.close();
    await server.close();
  }
}

test("a first visit loads what the start page needs, and in a room what training on WebAssembly needs, packed", async ({
  browser,
}) => {
  await throughRelay(async (relay) => {
    const context = await browser.newContext();
    // With reduced data nothing is fetched ahead.
    await context.addInitScript(() => Object.defineProperty(navigator, "connection", { value: { saveData: true } }));
    const page = await context.newPage();
    await page.goto(relay.url, { waitUntil: "networkidle" });
    await expect(page.getByTestId("open-room")).toBeVisible();
    test.info().annotations.push({ type: "landing", description: `${relay.received} bytes` });
    expect(relay.received).toBeLessThanOrEqual(limits.landing);
    await context.close();
  });
  await throughRelay(async (relay) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const config = configOf({ ...quick, startAt: 1 });
    await page.goto(addressOf(`${relay.url}/r/weight`, config));
    await untilRound(page, 3);
    await expect(page.locator(".plot canvas")).toHaveCount(2);
    test.info().annotations.push({ type: "room", description: `${relay.received} bytes` });
    expect(relay.received).toBeLessThanOrEqual(limits.room);
    await context.close();
  });
});

test("while a person reads the start page the room's code comes into the cache, and the room takes it from there", async ({
  browser,
}) => {
  await throughRelay(async (relay) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const ahead = ["worker", "session", "open-room"].map((name) =>
      page.waitForEvent("requestfinished", (request) => new RegExp(`/${name}-(?!url)[\\w-]+\\.js$`).test(request.url())),
    );
    await page.goto(relay.url, { waitUntil: "networkidle" });
    await Promise.all(ahead);
    const before = relay.received;
    await page.getByTestId("open-room").click();
    await expect(page.getByTestId("room-state")).toHaveAttribute("data-phase", "waiting", { timeout: 60_000 });
    // The document, the connection to the server, and what only the chosen backend needs.
    test.info().annotations.push({ type: "after", description: `${relay.received - before} bytes` });
    expect(relay.received - before).toBeLessThanOrEqual(limits.after);
    await context.close();
  });
});
