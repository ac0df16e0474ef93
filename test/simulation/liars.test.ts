import { describe, expect, it } from "vitest";
import type { Tip } from "../../shared/base/tip.ts";
import type { ClientMessage } from "../../shared/signaling/protocol/messages.ts";
import type { Forgery, SimulatedPeer } from "../../shared/simulation/chaos/simulated-peer.ts";
import { contributorsOf } from "../../shared/tree/contributors.ts";
import type { PeerMessage } from "../../shared/wire/messages.ts";
import { worldOf } from "../support/world.ts";

/** A tip that nobody stands at. */
const further = ({ round, version }: Tip, by: number): Tip => ({ round: round + by, version, hash: "f".repeat(32) });

/** Tells the server that it stands so many rounds further than it does, whatever it says. */
const boasting = (by: number): Forgery => ({
  toServer: (message): ClientMessage =>
    "tip" in message && message.tip != null ? ({ ...message, tip: further(message.tip, by) } as ClientMessage) : message,
});

/** The same, to its neighbors. */
const misleading: Forgery = {
  toPeer: (message) => (message.kind === "have" ? { ...message, tip: further(message.tip, 1_000) } : message),
};

/** A part as a total of everyone, committed by a roster of long ago. */
function asTotal(message: PeerMessage): PeerMessage {
  if (message.kind !== "up" || message.part === null) return message;
  const { version, round, previous, part } = message;
  const { members } = part.contributors;
  const everyone = contributorsOf(members, [...Array(members).keys()]);
  const head = { kind: "down", version, committedBy: [version[0] - 1, 1], round, previous, phase: 0 } as const;
  return { ...head, hash: "f".repeat(32), part: { ...part, contributors: everyone } };
}

/** The last byte of a snapshot, or of each of its pieces, is another. */
function altered(message: PeerMessage): PeerMessage {
  if (message.kind === "snapshot") return { ...message, previous: "e".repeat(32) };
  if (message.kind !== "piece" || message.bytes.length === 0) return message;
  const bytes = message.bytes.slice();
  bytes[bytes.length - 1]! ^= 255;
  return { ...message, bytes };
}

const far = { server: boasting(1_000), all: { ...boasting(1_000), ...misleading } };

const lies: readonly (readonly [string, Forgery])[] = [
  ["says to the server that it stands 1,000 rounds further", far.server],
  ["says to the server that it stands one round further", boasting(1)],
  ["says to its neighbors that it stands 1,000 rounds further", misleading],
  ["says to all that it stands 1,000 rounds further", far.all],
  [
    "gives totals another hash than theirs",
    {
      toPeer: (message) => (message.kind === "down" && message.hash !== null ? { ...message, hash: "f".repeat(32) } : message),
    },
  ],
  [
    "gives totals for other rounds than theirs",
    { toPeer: (message) => (message.kind === "down" ? { ...message, round: message.round + 7 } : message) },
  ],
  ["gives its parent totals with a wrong hash", { toPeer: asTotal }],
  ["sends its neighbors what cannot be read", { garble: (bytes) => bytes.subarray(0, bytes.length >> 1) }],
];

describe.each(lies)("a peer that %s", (_, forgery) => {
  it.each([
    [3, 0],
    [3, 2],
    [7, 0],
    [7, 1],
    [7, 6],
  ])("in a run of %i, at position %i, makes no two others diverge, and the others go on", async (peers, position) => {
    const { world, clock, until, reports } = await worldOf(peers);
    const liar = [...world.simulatedPeers.values()].find((simulated) => simulated.position === position)!;
    const honest = (): SimulatedPeer[] => [...world.simulatedPeers.values()].filter((simulated) => simulated !== liar);
    const isFarRoot = position === 0 && Object.values(far).includes(forgery);
    const slowest = (): number => Math.min(...honest().map(({ peer }) => peer.tip?.round ?? 0));
    liar.forgery = forgery;
    await clock.advance(20_000);
    // What makes the server ask, and issue a new roster.
    world.crash(honest().at(-1)!, 100);
    const newcomer = world.add();
    await clock.advance(60_000);
    const before = slowest();
    await until(() => slowest() > before + 20);
    const hashes = new Map<number, Set<string>>();
    const counted = new Set<string>();
    for (const { name, report } of reports) {
      if (report.type !== "round" || name === liar.name) continue;
      hashes.set(report.round, (hashes.get(report.round) ?? new Set()).add(report.hash));
      if (report.round > before && report.counted === true) counted.add(name);
    }
    // While a root says that it is far away, nobody who comes is in step with it.
    const expected = honest().filter((simulated) => simulated !== newcomer || !isFarRoot);
    expect(expected.map(({ name }) => name).filter((name) => !counted.has(name))).toEqual([]);
    expect([...hashes.values()].every(({ size }) => size === 1)).toBe(true);
  });
});

describe("a newcomer whose donor gives snapshots that are not what it says", () => {
  // In one message, and in pieces.
  it.each([1, 3])("gets one from another, and counts (seed %i)", async (seed) => {
    const { world, clock, until, of } = await worldOf(3, seed);
    await until(() => world.round >= 80);
    const liars = [...world.simulatedPeers.values()].filter(({ position }) => position !== 0);
    liars[0]!.forgery = { toPeer: altered };
    const newcomers = [world.add(), world.add()];
    const counts = ({ name }: SimulatedPeer): boolean => of(name, "round").some(({ counted }) => counted === true);
    await clock.advance(30_000);
    await until(() => newcomers.every(counts));
  });
});

describe("while the signaling server is away", () => {
  it("the children of a peer whose messages cannot be read go on over their backup links", async () => {
    const { world, clock } = await worldOf(7);
    const at = (position: number): SimulatedPeer =>
      [...world.simulatedPeers.values()].find((simulated) => simulated.position === position)!;
    const others = [0, 3, 4].map(at);
    world.server.die();
    await clock.advance(3_000);
    const before = world.round;
    at(1).forgery = { garble: (bytes) => bytes.subarray(0, bytes.length >> 1) };
    await clock.advance(60_000);
    for (const { peer } of others) expect(peer.tip!.round).toBeGreaterThan(before + 20);
  });
});

describe("a peer that takes a total with a wrong hash", () => {
  const wrong = (message: PeerMessage): PeerMessage =>
    message.kind === "down" && message.hash !== null ? { ...message, hash: "f".repeat(32) } : message;

  it.each([
    ["of its root", 0, wrong],
    ["of a root that gives it no snapshot either", 0, (message: PeerMessage) => altered(wrong(message))],
    ["of its child", 2, asTotal],
  ])("%s is told of no rounds that it never had, and trains for none that is past", async (_, position, toPeer) => {
    const { world, clock, until, reports } = await worldOf(3, 3);
    await until(() => world.round >= 30);
    const liar = [...world.simulatedPeers.values()].find((simulated) => simulated.position === position)!;
    const from = reports.length;
    const before = world.round;
    liar.forgery = { toPeer };
    await clock.advance(20_000);
    const told = reports.slice(from).filter(({ name }) => name !== liar.name);
    const rounds = told.flatMap(({ report }) =>
      report.type === "recounted" || report.type === "withdrawn" || report.type === "training" ? [report.round] : [],
    );
    expect(told.some(({ report }) => report.type === "notice" && report.text.includes("hash differs"))).toBe(true);
    expect(Math.min(...rounds)).toBeGreaterThanOrEqual(before);
    expect(told.filter(({ report }) => report.type === "withdrawn")).toEqual([]);
  });
});
