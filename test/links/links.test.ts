import { describe, expect, it } from "vitest";
import { seeded } from "../../shared/base/random.ts";
import { LinkError, type Links } from "../../shared/base/transport.ts";
import { sealEnvelope } from "../../shared/links/envelope.ts";
import { createFramePump, windowBytes } from "../../shared/links/frame-pump.ts";
import { createLinks, maxLinks } from "../../shared/links/links.ts";
import { createNetwork } from "../../shared/simulation/network/network.ts";
import { createVirtualClock, type VirtualClock } from "../../shared/simulation/network/virtual-clock.ts";
import { recorderOf } from "../contract/recorder.ts";

function idOf(index: number): string {
  return index.toString(16).padStart(16, "0");
}

function setUp(bandwidthBitsPerSecond = Number.POSITIVE_INFINITY): {
  clock: VirtualClock;
  join: (index: number, accepts?: (peer: string) => boolean) => Links;
} {
  const clock = createVirtualClock(() => new Promise((resolve) => setImmediate(resolve)));
  const network = createNetwork({ clock, rng: seeded(1), latencyMs: 5, bandwidthBitsPerSecond });
  return { clock, join: (index, accepts) => network.join(idOf(index), accepts === undefined ? {} : { accepts }) };
}

describe("links", () => {
  it(`are at most ${maxLinks}: a further dial is reported as unopened`, async () => {
    const { clock, join } = setUp();
    const links = join(0);
    const seen = recorderOf(links);
    for (let i = 1; i <= maxLinks + 1; i += 1) links.dial(idOf(i), true);
    await clock.advance(1);
    expect(seen.losses).toEqual([{ peer: idOf(maxLinks + 1), loss: expect.objectContaining({ kind: "unopened" }) }]);
    expect((await links.traffic()).length).toBe(maxLinks);
  });

  it("are opened by a stranger's offer only where strangers are accepted", async () => {
    const { clock, join } = setUp();
    const [a, b, c] = [join(1), join(2, (peer) => peer === idOf(1)), join(3)];
    const seen = [recorderOf(b), recorderOf(c)];
    a.onSignal((peer, data) => (peer === b.self ? b : c).signal(a.self, data));
    b.onSignal((_, data) => a.signal(b.self, data));
    a.dial(b.self, true);
    a.dial(c.self, true);
    await clock.run();
    expect(seen.map(({ opens }) => opens.length)).toEqual([1, 0]);
  });

  it("forget an offer that is older than its sender waits for an answer", async () => {
    const { clock, join } = setUp();
    const [a, b] = [join(1), join(2)];
    const answers: string[] = [];
    a.onSignal((_, data) => b.signal(a.self, data));
    b.onSignal((_, data) => answers.push(data));
    a.dial(b.self, true);
    await clock.advance(10_001);
    b.dial(a.self, false);
    await clock.run();
    expect(answers).toEqual([]);
  });

  it("that one side lost unnoticed by the other are told lost there when it dials again, and open anew", async () => {
    const { clock, join } = setUp();
    const [a, b] = [join(1), join(2, () => true)];
    a.onSignal((_, data) => b.signal(a.self, data));
    b.onSignal((_, data) => a.signal(b.self, data));
    const seen = recorderOf(b);
    a.dial(b.self, true);
    await clock.advance(100);
    a.hangUp(b.self);
    // Before the goodbye has travelled.
    a.dial(b.self, true);
    await clock.run();
    expect(seen.opens.length).toBe(2);
    expect(seen.losses.map(({ loss }) => loss.kind)).toEqual(["closed"]);
  });

  it("that are hung up deliver what was handed over before, for as long as it takes while it moves", async () => {
    const { clock, join } = setUp(500_000);
    const [a, b] = [join(1), join(2, () => true)];
    a.onSignal((_, data) => b.signal(a.self, data));
    b.onSignal((_, data) => a.signal(b.self, data));
    const seen = recorderOf(b);
    a.dial(b.self, true);
    await clock.advance(100);
    void a.send(b.self, new Uint8Array(240_000));
    a.hangUp(b.self);
    await clock.advance(3_500);
    expect(seen.losses.length).toBe(0);
    await clock.run();
    expect(seen.messages.map(({ bytes }) => bytes.length)).toEqual([240_000]);
    expect(seen.losses.map(({ loss }) => loss.kind)).toEqual(["closed"]);
  });

  it("of which the platform makes no connection are lost with what it said, and dialled again as any other", async () => {
    const clock = createVirtualClock(() => new Promise((resolve) => setImmediate(resolve)));
    const connect = (): never => {
      throw new Error("Cannot create so many PeerConnections");
    };
    const links = createLinks({ self: idOf(1), clock, connect, maxMessageBytes: 1_000, accepts: () => true });
    const seen = recorderOf(links);
    links.dial(idOf(2), true);
    links.signal(idOf(0), sealEnvelope({ session: 1, from: "initiator", first: true, data: {} }));
    expect(seen.losses.length).toBe(0); // not before the call has returned
    expect((await links.traffic()).map(({ open }) => open)).toEqual([false, false]);
    await clock.advance(1);
    const loss = { kind: "unopened", reason: expect.stringContaining("Cannot create so many PeerConnections") };
    expect(seen.losses).toEqual([
      { peer: idOf(2), loss },
      { peer: idOf(0), loss },
    ]);
    links.dial(idOf(2), true);
    await clock.advance(1);
    expect(seen.losses.length).toBe(3);
    links.dial(idOf(2), true);
    links.hangUp(idOf(2));
    await clock.run();
    expect(seen.losses.length).toBe(3);
  });

  it("take no more than 128 signals before the peer is cut off", async () => {
    const { clock, join } = setUp();
    const links = join(1, () => true);
    const seen = recorderOf(links);
    for (let i = 0; i < 130; i += 1) {
      links.signal(idOf(2), sealEnvelope({ session: 1, from: "initiator", first: i === 0, data: { candidate: i } }));
    }
    await clock.advance(1);
    expect(seen.losses.map(({ loss }) => loss.kind)).toEqual(["broken"]);
  });
});

describe("a frame pump", () => {
  function sink(): { bufferedBytes: number; send(frame: Uint8Array): void } {
    return {
      bufferedBytes: 0,
      send(frame) {
        this.bufferedBytes += frame.byteLength;
      },
    };
  }

  it("never hands on more than its window and a frame, however much is sent without waiting", async () => {
    const channel = sink();
    const pump = createFramePump(channel, 10_000_000);
    const sends = Array.from({ length: 20 }, () => pump.send(new Uint8Array(1_000_000)));
    let rounds = 0;
    for (; pump.sent < 20_000_000; rounds += 1) {
      expect(channel.bufferedBytes).toBeLessThan(windowBytes + 16_384);
      channel.bufferedBytes = 0;
      pump.run();
    }
    await Promise.all(sends);
    expect(rounds).toBeGreaterThan(70);
  });

  it("refuses what would make more than 64 MiB and one message wait", async () => {
    const channel = sink();
    const pump = createFramePump(channel, 20_000_000);
    const outcomes = Array.from({ length: 5 }, () =>
      pump.send(new Uint8Array(20_000_000)).then(
        () => "sent",
        (error: unknown) => error,
      ),
    );
    const fifth = await outcomes[4];
    expect(fifth).toBeInstanceOf(LinkError);
    pump.fail(new LinkError("over"));
    for (const outcome of outcomes) expect(await outcome).toBeInstanceOf(LinkError);
  });
});
