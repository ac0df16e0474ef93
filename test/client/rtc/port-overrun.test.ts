import { afterEach, describe, expect, it } from "vitest";
import { createPortLinks } from "../../../client/rtc/port/port-links.ts";
import { type ToWorker, toWorkerSchema } from "../../../client/rtc/port/port-messages.ts";
import { servePort } from "../../../client/rtc/port/serve-port.ts";
import { seeded } from "../../../shared/base/random.ts";
import type { Links } from "../../../shared/base/transport.ts";
import { createNetwork } from "../../../shared/simulation/network/network.ts";
import { createVirtualClock, type VirtualClock } from "../../../shared/simulation/network/virtual-clock.ts";
import { recorderOf } from "../../contract/recorder.ts";

const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A page that serves its links to a port, and one peer linked to it. */
async function linkedPage(): Promise<{ clock: VirtualClock; far: Links; port: MessagePort; self: string }> {
  const clock = createVirtualClock(() => new Promise((resolve) => setImmediate(resolve)));
  const network = createNetwork({ clock, rng: seeded(1), latencyMs: 5, bandwidthBitsPerSecond: Number.POSITIVE_INFINITY });
  const page = network.join("0000000000000001", { accepts: () => true });
  const far = network.join("0000000000000002");
  page.onSignal((_, data) => far.signal(page.self, data));
  far.onSignal((_, data) => page.signal(far.self, data));
  const { port1, port2 } = new MessageChannel();
  stops.push(servePort(page, port1, { maxUnheardBytes: 100_000 }));
  far.dial(page.self, true);
  await clock.run();
  return { clock, far, port: port2, self: page.self };
}

describe("a peer at the other side of a page", () => {
  it("is hung up on, with the reason, when it sends more than the worker takes up", async () => {
    const { clock, far, port, self } = await linkedPage();
    const seen = recorderOf(far);
    // A worker that is busy: it reads, but says of nothing that it took it up.
    const told: ToWorker[] = [];
    const lost = new Promise<void>((resolve) => {
      port.addEventListener("message", ({ data }) => {
        const message = toWorkerSchema.parse(data);
        told.push(message);
        if (message.type === "lost") resolve();
      });
    });
    port.start();
    for (let i = 0; i < 8; i += 1) await far.send(self, new Uint8Array(20_000));
    await clock.run();
    await lost;
    expect(told.filter(({ type }) => type === "message").length).toBe(5);
    const reason = "120000 bytes came and were not taken up, expected at most 100000";
    expect(told.at(-1)).toEqual({ type: "lost", peer: far.self, loss: { kind: "broken", reason } });
    expect(seen.losses.map(({ loss }) => loss.kind)).toEqual(["closed"]);
  });

  it("may send any amount to a worker that takes it up", async () => {
    const { clock, far, port, self } = await linkedPage();
    const links = createPortLinks(self, port);
    const seen = recorderOf(links);
    for (let i = 1; i <= 20; i += 1) {
      await far.send(self, new Uint8Array(20_000));
      await clock.run();
      await seen.until(() => seen.messages.length === i);
      // The answer comes after the page was told that the message was taken up.
      await links.traffic();
    }
    expect(seen.losses).toEqual([]);
  });
});
