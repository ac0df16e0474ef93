import { type Browser, expect, test } from "@playwright/test";
import { configOf } from "../cli/support/config-options.ts";
import { createSignalingServer } from "../signaling-server/main.ts";
import { hashesOf, openTab, untilRound } from "./support/tab.ts";

const rounds = 5;
const config = configOf({ startAt: 2, partitions: 2, model: "softmax", samples: 40, localSteps: 1, batch: 8, rounds });
/** 1 % of 784 · 10 + 10 parameters. */
const k = 79;
/** Bytes read back a round: index and value of each entry, and twice 24 bytes that say whether all are finite. */
const bytesPerRound = 8 * k + 2 * 24;

/** Two tabs train on WebGPU to the end. @returns the hash of each round, and the bytes that selections read back */
async function runOf(browser: Browser, selection: "device" | "cpu"): Promise<{ hashes: unknown; bytesRead: number[] }> {
  const server = await createSignalingServer({ host: "127.0.0.1", port: 0, iceServers: [] });
  const context = await browser.newContext();
  try {
    const first = await openTab(context, `${server.url}/r/selection`, config, selection);
    // The first to join has the first partition of the data.
    await expect(first.getByTestId("members")).toHaveAttribute("data-value", "1", { timeout: 120_000 });
    const tabs = [first, await openTab(context, `${server.url}/r/selection`, config, selection)];
    await Promise.all(tabs.map((tab) => untilRound(tab, rounds)));
    for (const tab of tabs) await expect(tab.getByTestId("selection")).toHaveAttribute("data-value", selection);
    const bytesRead = await Promise.all(
      tabs.map(async (tab) => Number(await tab.getByTestId("selection").getAttribute("data-read"))),
    );
    const [ours, theirs] = await Promise.all(tabs.map(hashesOf));
    expect(ours).toEqual(theirs);
    return { hashes: ours, bytesRead };
  } finally {
    await context.close();
    await server.close();
  }
}

test("two tabs that find the largest entries on the GPU have the CPU's hashes, and read back O(k) bytes", async ({ browser }) => {
  const onDevice = await runOf(browser, "device");
  // Reported with each update, for the rounds before it.
  expect(onDevice.bytesRead).toEqual([(rounds - 1) * bytesPerRound, (rounds - 1) * bytesPerRound]);
  const onCpu = await runOf(browser, "cpu");
  expect(onCpu.hashes).toEqual(onDevice.hashes);
});
