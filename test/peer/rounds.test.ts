import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { createHasher } from "../../shared/base/hash.ts";
import { seeded } from "../../shared/base/random.ts";
import type { PeerId } from "../../shared/base/transport.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import { neighborhoodOf } from "../../shared/membership/neighbors.ts";
import { Rounds } from "../../shared/peer/rounds.ts";
import type { InspectedMachines } from "../../shared/peer/step.ts";
import { defaultConfig } from "../../shared/run/config.ts";
import { createQuadraticTrainer } from "../../shared/simulation/lab/quadratic-trainer.ts";
import { createVirtualClock, type VirtualClock } from "../../shared/simulation/network/virtual-clock.ts";
import { knownNames } from "../../shared/sync/known-names.ts";
import { createCodec } from "../../shared/wire/message-code.ts";
import type { PeerMessage } from "../../shared/wire/messages.ts";
import { quietHost } from "../support/quiet-host.ts";

const hasher = await createHasher();
const dimension = 50;
const codec = createCodec("heap", dimension);
const names = ["a", "b", "c", "d", "e"].map((letter) => letter.repeat(16));

/** One peer's rounds, its place in a roster of five, and all that it sends. */
function peerAt(clock: VirtualClock, position: number) {
  const config = { ...defaultConfig, scheme: "ef14(topk(10%))", localSteps: 1, rate: 0.1 };
  const trainer = createQuadraticTrainer({ dimension, seed: 1, seat: position, trainingMs: 100, clock });
  const sent: { to: PeerId; message: PeerMessage }[] = [];
  let seen: InspectedMachines | null = null;
  const rounds = new Rounds({
    inspect(_event, machines) {
      seen = machines;
    },
    config,
    scheme: schemeOf(config.scheme),
    trainer,
    seat: position,
    parameters: new Float32Array(dimension),
    hasher,
    clock,
    host: {
      ...quietHost,
      send: async (to, bytes) => void sent.push({ to, message: codec.decode(bytes, knownNames(seen!)) }),
    },
  });
  const members = names.map((peer, seat) => ({ peer, label: "", seat }));
  const roster = { kind: "roster", version: [1, 1], members, running: true, observers: 0, donor: null } as const;
  rounds.dispatch({ kind: "roster", near: neighborhoodOf({ ...roster, version: [1, 1], members }, names[position]!, "heap") });
  return { rounds, sent, inbox: seen!.inbox };
}

describe("whatever bytes come from whomever", () => {
  let clock: VirtualClock;
  beforeEach(() => {
    clock = createVirtualClock(() => new Promise((resolve) => void setImmediate(resolve)));
  });

  it("a peer throws nothing, keeps finite parameters, and counts what it refuses under a fixed list of reasons", async () => {
    // A neighbor is not heard any more once it has sent eight that cannot be read: few messages to each peer.
    const inners = Array.from({ length: 250 }, () => peerAt(clock, 1));
    const leaf = peerAt(clock, 3);
    await clock.advance(150);
    const real = leaf.sent.map(({ message }) => codec.encode(message));
    expect(real.length).toBeGreaterThan(0);
    let run = 0;
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...names, "f".repeat(16)), fc.uint8Array({ maxLength: 80 }), (seed, from, noise) => {
        const rng = seeded(seed, "mutation");
        const bytes = real[rng.integer(real.length)]!.slice();
        for (let i = rng.integer(6); i > 0; i -= 1) bytes[rng.integer(bytes.length)] = rng.integer(256);
        const inner = inners[run % inners.length]!;
        run += 1;
        inner.rounds.dispatch({ kind: "bytes", from, bytes });
        inner.rounds.dispatch({ kind: "bytes", from, bytes: noise });
      }),
      { numRuns: 2_000 },
    );
    const refused = inners.flatMap(({ inbox }) => [...inbox.refusals]);
    expect(new Set(refused.map(([reason]) => reason)).size).toBeLessThanOrEqual(16);
    expect(refused.reduce((sum, [reason, times]) => sum + (reason === "malformed" ? times : 0), 0)).toBeGreaterThan(1_500);
    expect(inners.every(({ rounds }) => rounds.chain.replica.parameters.every(Number.isFinite))).toBe(true);
  });

  it("a child cannot make a total, nor name others as contributors, nor be counted twice", async () => {
    const root = peerAt(clock, 0);
    const leaf = peerAt(clock, 3);
    await clock.advance(150);
    const up = leaf.sent.map(({ message }) => message).find((message) => message.kind === "up")!;
    const part = up.part!;
    const everyone = { ...part, contributors: { members: 5, bits: Uint32Array.of(0b11111) } };
    const { tip } = root.rounds.chain;
    const total = {
      version: up.version,
      committedBy: up.version,
      round: 1,
      previous: tip.hash,
      phase: 0,
      part: everyone,
    } as const;
    root.rounds.dispatch({
      kind: "bytes",
      from: names[1]!,
      bytes: codec.encode({ kind: "down", hash: "1".repeat(32), ...total }),
    });
    root.rounds.dispatch({ kind: "bytes", from: names[1]!, bytes: codec.encode({ ...up, part: everyone }) });
    root.rounds.dispatch({ kind: "bytes", from: names[1]!, bytes: codec.encode(up) });
    root.rounds.dispatch({ kind: "bytes", from: names[1]!, bytes: codec.encode(up) });
    expect(root.rounds.chain.tip.round).toBe(0);
    expect(Object.fromEntries(root.inbox.refusals)).toEqual({
      "a total from a child": 1,
      "up: a contributor that is in the sum already": 2,
    });
  });

  it("a stranger's message and one of an older roster are dropped, one of a newer roster waits for it", async () => {
    const root = peerAt(clock, 0);
    const child = peerAt(clock, 1);
    await clock.advance(150);
    const have = child.sent.map(({ message }) => message).find((message) => message.kind === "have")!;
    const up: PeerMessage = {
      kind: "up",
      version: [1, 1],
      round: 1,
      previous: have.tip.hash,
      phase: 0,
      complete: true,
      part: null,
    };
    root.rounds.dispatch({ kind: "bytes", from: "f".repeat(16), bytes: codec.encode(up) });
    root.rounds.dispatch({ kind: "bytes", from: names[1]!, bytes: codec.encode({ ...up, version: [1, 0] }) });
    root.rounds.dispatch({ kind: "bytes", from: names[1]!, bytes: codec.encode({ ...up, version: [1, 2] }) });
    expect(Object.fromEntries(root.inbox.refusals)).toEqual({ "not from a neighbor": 1, "of an older roster": 1 });
  });

  it("a part that was made on another chain is in no sum, and who is on another is told which rounds led to ours", async () => {
    const root = peerAt(clock, 0);
    const leaf = peerAt(clock, 3);
    await clock.advance(150);
    const up = leaf.sent.map(({ message }) => message).find((message) => message.kind === "up")!;
    const partOf = (bits: number) => ({ ...up.part!, contributors: { members: 5, bits: Uint32Array.of(bits) } });
    const from = (position: number, bits: number, previous: string): void =>
      root.rounds.dispatch({
        kind: "bytes",
        from: names[position]!,
        bytes: codec.encode({ ...up, previous, part: partOf(bits) }),
      });
    from(1, 0b11010, "1".repeat(32));
    from(2, 0b00100, "1".repeat(32));
    expect(root.rounds.chain.tip.round).toBe(0);
    from(1, 0b11010, up.previous);
    from(2, 0b00100, up.previous);
    expect(root.rounds.chain.tip.round).toBe(1);

    await clock.advance(1);
    const elsewhere = { round: 1, version: [1, 0] as const, hash: "0".repeat(32) };
    root.rounds.dispatch({
      kind: "bytes",
      from: names[1]!,
      bytes: codec.encode({ kind: "have", version: up.version, tip: elsewhere, observer: false }),
    });
    const snapshot = root.sent.map(({ message }) => message).findLast((message) => message.kind === "snapshot")!;
    expect(snapshot.headers).toMatchObject([{ round: 1, hash: root.rounds.chain.tip.hash, previous: up.previous }]);
  });

  it("a neighbor that floods a peer with messages of a roster that never comes fills 64 places and no more", async () => {
    const root = peerAt(clock, 0);
    const child = peerAt(clock, 1);
    await clock.advance(150);
    const [{ message }] = child.sent as [(typeof child.sent)[number]];
    if (message.kind !== "have") throw new Error("expected a peer that says where it stands first");
    const up = { kind: "up", round: 1, previous: message.tip.hash, phase: 0, complete: true, part: null } as const;
    const bytes = codec.encode({ ...up, version: [1, 2] });
    for (let i = 0; i < 5_000; i += 1) root.rounds.dispatch({ kind: "bytes", from: names[1]!, bytes: bytes });
    expect(root.inbox.waitingBytes).toBe(64 * bytes.length);
  });

  it("asking again and again draws one snapshot", async () => {
    const root = peerAt(clock, 0);
    await clock.advance(150);
    const version = [1, 1] as const;
    for (let i = 0; i < 50; i += 1) {
      const hash = i.toString(16).padStart(32, "0");
      root.rounds.dispatch({
        kind: "bytes",
        from: names[1]!,
        bytes: codec.encode({ kind: "have", version, tip: { round: 0, version: [0, 0], hash }, observer: true }),
      });
    }
    expect(root.sent.filter(({ message }) => message.kind === "snapshot").length).toBeLessThanOrEqual(1);
  });
});

describe("an observer that stands where its donor stands", () => {
  it("is sent every total as it is committed, until it is a member or its link is lost", async () => {
    const clock = createVirtualClock(() => new Promise((resolve) => void setImmediate(resolve)));
    const { rounds, sent } = peerAt(clock, 0);
    const observer = "f".repeat(16);
    const members = [{ peer: names[0]!, label: "", seat: 0 }];
    const alone = { kind: "roster", version: [1, 2], members, running: true, observers: 1, donor: null } as const;
    rounds.dispatch({ kind: "roster", near: neighborhoodOf({ ...alone, members }, names[0]!, "heap") });
    rounds.dispatch({
      kind: "bytes",
      from: observer,
      bytes: codec.encode({ kind: "have", version: [1, 2], tip: rounds.chain.tip, observer: true }),
    });
    const downs = () => sent.filter(({ to, message }) => to === observer && message.kind === "down").length;
    await clock.run({ until: () => rounds.chain.tip.round === 3, limitMs: 5_000 });
    expect(downs()).toBe(3);
    rounds.dispatch({ kind: "lost", peer: observer });
    await clock.run({ until: () => rounds.chain.tip.round === 5, limitMs: 5_000 });
    expect(downs()).toBe(3);
    rounds.close();
  });
});
