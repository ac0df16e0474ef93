import { describe, expect, it } from "vitest";
import { seeded } from "../../shared/base/random.ts";
import type { Links } from "../../shared/base/transport.ts";
import { createNetwork, type Network } from "../../shared/simulation/network/network.ts";
import { createVirtualClock, type VirtualClock } from "../../shared/simulation/network/virtual-clock.ts";
import { recorderOf } from "../contract/recorder.ts";

const latencyMs = 10;

function idOf(index: number): string {
  return index.toString(16).padStart(16, "0");
}

function setUp(bandwidthBitsPerSecond: number): { clock: VirtualClock; network: Network } {
  const clock = createVirtualClock(() => new Promise((resolve) => setImmediate(resolve)));
  return { clock, network: createNetwork({ clock, rng: seeded(1, "network"), latencyMs, bandwidthBitsPerSecond }) };
}

/** Peers whose signals reach each other at once. */
function joined(network: Network, count: number): Links[] {
  const all = Array.from({ length: count }, (_, i) => network.join(idOf(i)));
  for (const links of all) {
    links.onSignal((peer, data) => all[Number.parseInt(peer, 16)]?.signal(links.self, data));
  }
  return all;
}

function dial(a: Links, b: Links): void {
  a.dial(b.self, true);
  b.dial(a.self, false);
}

describe("the network in memory", () => {
  it("delivers a message after its bits have left one side, travelled, and entered the other", async () => {
    const { clock, network } = setUp(8_000_000); // 1,000 bytes a millisecond
    const [a, b] = joined(network, 2) as [Links, Links];
    dial(a, b);
    await clock.advance(100);
    const times: number[] = [];
    b.onMessage(() => times.push(clock.now() - 100));
    await a.send(b.self, new Uint8Array(9_999));
    await a.send(b.self, new Uint8Array(4_999));
    await clock.run();
    expect(times[0]).toBeCloseTo(10 + latencyMs + 10, 9);
    // The second was at the downlink after 25 ms, and had to wait there for the first.
    expect(times[1]).toBeCloseTo(10 + latencyMs + 10 + 5, 9);
  });

  it("knows what waits at a peer: what has not left, and what a stall holds", async () => {
    const { clock, network } = setUp(8_000_000);
    const [a, b] = joined(network, 2) as [Links, Links];
    dial(a, b);
    await clock.advance(100);
    void a.send(b.self, new Uint8Array(9_999));
    await clock.advance(5);
    expect(network.waitingBytes(a.self)).toBe(10_000);
    await clock.advance(5);
    expect(network.waitingBytes(a.self)).toBe(0);
    const release = network.stall(a.self, b.self);
    void a.send(b.self, new Uint8Array(9_999));
    await clock.advance(50);
    expect(network.waitingBytes(a.self)).toBe(10_000);
    release();
    expect(network.waitingBytes(a.self)).toBe(0);
    expect(network.waitingBytes(b.self)).toBe(0);
  });

  it("shares a peer's downlink among the links that fill it, and its uplink among those it fills", async () => {
    const { clock, network } = setUp(8_000_000);
    const [a, b, c] = joined(network, 3) as [Links, Links, Links];
    dial(a, b);
    dial(a, c);
    await clock.advance(100);
    const seen = [a, b, c].map((links) => recorderOf(links));
    await Promise.all([b.send(a.self, new Uint8Array(9_999)), c.send(a.self, new Uint8Array(9_999))]);
    await clock.run({ until: () => seen[0]!.messages.length === 2 });
    expect(clock.now()).toBeCloseTo(100 + 10 + latencyMs + 20, 9);
    const start = clock.now();
    await Promise.all([a.send(b.self, new Uint8Array(9_999)), a.send(c.self, new Uint8Array(9_999))]);
    await clock.run({ until: () => seen[2]!.messages.length === 1 });
    expect(clock.now()).toBeCloseTo(start + 20 + latencyMs + 10, 9);
  });

  it("holds a sender back to the pace of its uplink", async () => {
    const { clock, network } = setUp(8_000_000);
    const [a, b] = joined(network, 2) as [Links, Links];
    dial(a, b);
    await clock.advance(100);
    let done = false;
    const sending = a.send(b.self, new Uint8Array(2_000_000)).then(() => {
      done = true;
    });
    await clock.advance(1_600);
    expect(done).toBe(false);
    await clock.advance(400);
    expect(done).toBe(true);
    await sending;
  });

  it("tells both sides of a lost connection, and what was under way does not arrive", async () => {
    const { clock, network } = setUp(8_000_000);
    const [a, b] = joined(network, 2) as [Links, Links];
    const seen = [recorderOf(a), recorderOf(b)];
    dial(a, b);
    await clock.advance(100);
    await a.send(b.self, new Uint8Array(100));
    network.lose(a.self, b.self);
    await clock.run();
    expect(seen.map(({ losses }) => losses.map(({ loss }) => loss.kind))).toEqual([["closed"], ["closed"]]);
    expect(seen[1]!.messages).toEqual([]);
  });

  it("opens no connection between blocked peers, and both are told within the time allowed", async () => {
    const { clock, network } = setUp(Number.POSITIVE_INFINITY);
    const [a, b] = joined(network, 2) as [Links, Links];
    const seen = [recorderOf(a), recorderOf(b)];
    const unblock = network.block(b.self, a.self);
    dial(a, b);
    await clock.advance(10_000);
    expect(seen.map(({ losses }) => losses.map(({ loss }) => loss.kind))).toEqual([["unopened"], ["unopened"]]);
    unblock();
    dial(a, b);
    await clock.advance(100);
    expect(seen.map(({ opens }) => opens.length)).toEqual([1, 1]);
  });

  it("silences a peer that crashes, and tells its neighbors only", async () => {
    const { clock, network } = setUp(Number.POSITIVE_INFINITY);
    const [a, b] = joined(network, 2) as [Links, Links];
    const seen = [recorderOf(a), recorderOf(b)];
    dial(a, b);
    await clock.advance(100);
    network.remove(b.self);
    await expect(b.send(a.self, new Uint8Array(1))).rejects.toThrow("there is no link");
    await a.send(b.self, new Uint8Array(1));
    await clock.run();
    expect(seen.map(({ losses }) => losses.length)).toEqual([1, 0]);
    expect(seen[1]!.messages).toEqual([]);
    const again = network.join(b.self);
    expect(again.self).toBe(b.self);
  });

  it("carries a thousand peers with three links each, the same way each time", async () => {
    const count = 1_024;
    const run = async (): Promise<{ heard: number; now: number }> => {
      const { clock, network } = setUp(100_000_000);
      const all = joined(network, count);
      let heard = 0;
      for (const links of all) {
        links.onMessage((from) => {
          heard += 1;
          if (heard <= 10_000) void links.send(from, new Uint8Array(200));
        });
        links.onOpen((peer) => void links.send(peer, new Uint8Array(200)));
      }
      for (let child = 1; child < count; child += 1) dial(all[(child - 1) >> 1]!, all[child]!);
      await clock.run();
      return { heard, now: clock.now() };
    };
    const first = await run();
    expect(first.heard).toBe(10_000 + 2 * (count - 1));
    expect(await run()).toEqual(first);
  });
});
