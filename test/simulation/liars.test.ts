import { describe, expect, it } from "vitest";
import type { ClientMessage, Tip } from "../../shared/signaling/messages.ts";
import type { Forgery, Subject } from "../../shared/simulation/subject.ts";
import { worldOf } from "../support/world.ts";

/** A tip that nobody stands at. */
const further = ({ round, version }: Tip, by: number): Tip => ({ round: round + by, version, hash: "f".repeat(32) });

/** Tells the server that it stands so many rounds further than it does, whatever it says. */
const boasting = (by: number): Forgery => ({
  toServer: (message): ClientMessage =>
    "tip" in message && message.tip != null ? ({ ...message, tip: further(message.tip, by) } as ClientMessage) : message,
});

/** The same, to its neighbours. */
const misleading: Forgery = {
  toPeer: (message) => (message.kind === "have" ? { ...message, tip: further(message.tip, 1_000) } : message),
};

const far = { server: boasting(1_000), all: { ...boasting(1_000), ...misleading } };

const lies: readonly (readonly [string, Forgery])[] = [
  ["says to the server that it stands 1,000 rounds further", far.server],
  ["says to the server that it stands one round further", boasting(1)],
  ["says to its neighbours that it stands 1,000 rounds further", misleading],
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
  ["sends its neighbours what cannot be read", { garble: (bytes) => bytes.subarray(0, bytes.length >> 1) }],
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
    const liar = [...world.subjects.values()].find((subject) => subject.position === position)!;
    const honest = (): Subject[] => [...world.subjects.values()].filter((subject) => subject !== liar);
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
    const expected = honest().filter((subject) => subject !== newcomer || !isFarRoot);
    expect(expected.map(({ name }) => name).filter((name) => !counted.has(name))).toEqual([]);
    expect([...hashes.values()].every(({ size }) => size === 1)).toBe(true);
  });
});
