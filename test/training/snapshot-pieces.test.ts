import { describe, expect, it } from "vitest";
import type { Tip } from "../../shared/signaling/messages.ts";
import { SnapshotGiver } from "../../shared/training/snapshot-giver.ts";
import { SnapshotTaker } from "../../shared/training/snapshot-taker.ts";
import type { PeerId } from "../../shared/transport.ts";
import type { Piece } from "../../shared/wire/messages.ts";

const tipAt = (round: number): Tip => ({ round, version: [1, 1], hash: round.toString(16).padStart(32, "0") });
const snapshot = Uint8Array.from({ length: 95 }, (_, i) => i);

/** A receiver and givers of snapshots in pieces of ten bytes; what is said is carried by hand. */
function setUp(takes: (bytes: Uint8Array) => boolean = () => true) {
  const taken: Uint8Array[] = [];
  const toGiver: { to: PeerId; hash: string; offset: number; length: number }[] = [];
  const toTaker: { from: PeerId; piece: Piece }[] = [];
  const progress: number[] = [];
  let tip = tipAt(0);
  const taker = new SnapshotTaker(
    {
      tip: () => tip,
      send: async (to, { hash, offset, length }) => void toGiver.push({ to, hash, offset, length }),
      take(_from, bytes) {
        if (!takes(bytes)) return false;
        taken.push(bytes);
        tip = tipAt(7);
        return true;
      },
      progress: (received) => void progress.push(received),
    },
    { mostBytes: 1_000 },
  );
  const givers = new Map<PeerId, SnapshotGiver>();
  const addGiver = (name: PeerId, content: Uint8Array, round = 7): SnapshotGiver => {
    const giver = new SnapshotGiver(
      {
        encode: () => ({ tip: tipAt(round), bytes: content }),
        leadsOn: () => true,
        send: async (_to, message) => void toTaker.push({ from: name, piece: { ...message, version: [1, 1] } }),
      },
      { pieceBytes: 10 },
    );
    givers.set(name, giver);
    return giver;
  };
  /** Carries messages until there are none, or so many pieces with bytes have arrived. */
  const carry = async (pieces = Number.POSITIVE_INFINITY): Promise<void> => {
    let left = pieces;
    while (toTaker.length + toGiver.length > 0 && left > 0) {
      for (const { to, ...wish } of toGiver.splice(0)) givers.get(to)?.fetch("taker", wish);
      for (let turn = 0; turn < 3; turn += 1) await Promise.resolve();
      const next = toTaker.shift();
      if (next === undefined) continue;
      taker.hear(next.from, next.piece);
      if (next.piece.bytes.length > 0) left -= 1;
    }
  };
  const asked = (): number[] => toGiver.map(({ offset }) => offset);
  const dropAll = (): void => {
    toTaker.length = 0;
    toGiver.length = 0;
  };
  return { taker, addGiver, carry, taken, progress, asked, dropAll };
}

describe("a snapshot in pieces", () => {
  it("arrives as it is, and tells how far it is", async () => {
    const { addGiver, carry, taken, progress } = setUp();
    addGiver("a", snapshot).offer("taker");
    await carry();
    expect(taken).toEqual([snapshot]);
    expect(progress).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 95]);
  });

  it("goes on where it was after a lost link, from another who has the same", async () => {
    const { taker, addGiver, carry, taken, dropAll, asked } = setUp();
    addGiver("a", snapshot).offer("taker");
    await carry(4);
    dropAll();
    taker.lost("a");
    addGiver("b", snapshot).offer("taker");
    await carry(0);
    taker.hear("b", { kind: "piece", version: [1, 1], tip: tipAt(7), total: 95, offset: 0, bytes: new Uint8Array(0) });
    expect(asked()).toEqual([40]);
    await carry();
    expect(taken).toEqual([snapshot]);
  });

  it("begins anew with another once nothing more comes, and not before", async () => {
    const { taker, addGiver, carry, taken, dropAll, asked } = setUp();
    addGiver("a", snapshot).offer("taker");
    await carry(4);
    dropAll();
    const offer: Piece = { kind: "piece", version: [1, 1], tip: tipAt(8), total: 30, offset: 0, bytes: new Uint8Array(0) };
    taker.hear("b", offer);
    taker.lookAround();
    taker.hear("b", offer);
    expect(asked()).toEqual([]);
    taker.lookAround();
    addGiver("b", snapshot.subarray(0, 30), 8).offer("taker");
    await carry();
    expect(taken).toEqual([snapshot.subarray(0, 30)]);
  });

  it("that is not what it says is fetched once from that peer, and then from another", async () => {
    const { addGiver, carry, taken, dropAll } = setUp((bytes) => bytes.every((byte, i) => byte === i));
    const liar = addGiver(
      "liar",
      snapshot.map(() => 1),
    );
    liar.offer("taker");
    await carry();
    expect(taken).toEqual([]);
    liar.offer("taker");
    await carry();
    dropAll();
    addGiver("b", snapshot).offer("taker");
    await carry();
    expect(taken).toEqual([snapshot]);
  });

  it("is refused where it is too large, and fetched by nobody to whom it was not offered", () => {
    const { taker, addGiver } = setUp();
    const offer: Piece = { kind: "piece", version: [1, 1], tip: tipAt(7), total: 1_001, offset: 0, bytes: new Uint8Array(0) };
    expect(taker.hear("a", offer)).toBe(false);
    expect(addGiver("a", snapshot).fetch("stranger", { hash: tipAt(7).hash, offset: 0, length: 10 })).toBe(false);
  });
});
