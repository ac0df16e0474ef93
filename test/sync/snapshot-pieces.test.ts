import { describe, expect, it } from "vitest";
import type { Tip } from "../../shared/base/tip.ts";
import type { PeerId } from "../../shared/base/transport.ts";
import { SnapshotReceiver } from "../../shared/sync/snapshot-receiver.ts";
import { SnapshotSender } from "../../shared/sync/snapshot-sender.ts";
import type { SyncEffect } from "../../shared/sync/sync-effect.ts";
import type { Piece } from "../../shared/wire/messages.ts";

const tipAt = (round: number): Tip => ({ round, version: [1, 1], hash: round.toString(16).padStart(32, "0") });
const snapshot = Uint8Array.from({ length: 95 }, (_, i) => i);

type SenderView = ConstructorParameters<typeof SnapshotSender>[0];
type Post = Extract<SyncEffect, { readonly kind: "post" }>;

/** A sender whose pieces go by `post`, which resolves when more may be sent. */
function senderOf(view: Omit<SenderView, "version">, post: (to: PeerId, piece: Piece) => Promise<void>) {
  const sender = new SnapshotSender({ version: [1, 1], ...view }, { pieceBytes: 10 });
  const perform = (posts: readonly Post[]): void => {
    for (const { to, message, next } of posts) {
      const sent = post(to, message as Piece);
      if (next?.kind === "served") void sent.then(() => perform(sender.serve(next.to)));
    }
  };
  return {
    offer: (to: PeerId, theirs: Tip): void => perform(sender.offer(to, theirs)),
    fetch(from: PeerId, wish: { readonly hash: string; readonly offset: number; readonly length: number }): boolean {
      const posts = sender.fetch(from, wish);
      perform(posts ?? []);
      return posts !== null;
    },
  };
}

/** A receiver and senders of snapshots in pieces of ten bytes; what is said is carried by hand. */
function setUp(takes: (bytes: Uint8Array) => boolean = () => true) {
  const taken: Uint8Array[] = [];
  const toSender: { to: PeerId; hash: string; offset: number; length: number }[] = [];
  const toReceiver: { from: PeerId; piece: Piece }[] = [];
  const progress: number[] = [];
  let tip = tipAt(0);
  const deaf = new Set<PeerId>();
  const fetcher = new SnapshotReceiver(
    {
      version: [1, 1],
      get tip() {
        return tip;
      },
      hears: (peer) => !deaf.has(peer),
    },
    { maxBytes: 1_000 },
  );
  const receiver = {
    get isFetching() {
      return fetcher.isFetching;
    },
    lost: (peer: PeerId) => fetcher.lost(peer),
    lookAround: () => fetcher.lookAround(),
    hear(from: PeerId, piece: Piece): boolean {
      const effects = fetcher.hear(from, piece);
      for (const effect of effects ?? []) {
        if (effect.kind === "progress") progress.push(effect.received);
        if (effect.kind === "post" && effect.message.kind === "fetch") {
          const { hash, offset, length } = effect.message;
          toSender.push({ to: effect.to, hash, offset, length });
        }
        if (effect.kind !== "whole") continue;
        if (takes(effect.bytes)) {
          taken.push(effect.bytes);
          tip = tipAt(7);
        } else fetcher.refuse(effect.from, effect.hash);
      }
      return effects !== null;
    },
  };
  const senders = new Map<PeerId, ReturnType<typeof senderOf>>();
  const addSender = (name: PeerId, content: Uint8Array, round = 7): ReturnType<typeof senderOf> => {
    const view = { encode: () => ({ tip: tipAt(round), bytes: content }), leadsOn: () => true };
    const sender = senderOf(view, async (_to, piece) => void toReceiver.push({ from: name, piece }));
    senders.set(name, sender);
    return sender;
  };
  /** Carries messages until there are none, or so many pieces with bytes have arrived. */
  const carry = async (pieces = Number.POSITIVE_INFINITY): Promise<void> => {
    let left = pieces;
    while (toReceiver.length + toSender.length > 0 && left > 0) {
      for (const { to, ...wish } of toSender.splice(0)) senders.get(to)?.fetch("receiver", wish);
      for (let turn = 0; turn < 3; turn += 1) await Promise.resolve();
      const next = toReceiver.shift();
      if (next === undefined) continue;
      receiver.hear(next.from, next.piece);
      if (next.piece.bytes.length > 0) left -= 1;
    }
  };
  const asked = (): number[] => toSender.map(({ offset }) => offset);
  const dropAll = (): void => {
    toReceiver.length = 0;
    toSender.length = 0;
  };
  return { receiver, addSender, carry, taken, progress, asked, dropAll, deaf };
}

/** A sender alone, in pieces of ten bytes: its rounds go on, and no totals lead on from what it encoded before. */
function setUpSender() {
  const said: { readonly to: PeerId; readonly round: number; readonly offset: number; readonly bytes: number }[] = [];
  let round = 0;
  let encoded = 0;
  const sender = senderOf(
    {
      encode: () => {
        encoded += 1;
        return { tip: tipAt(round), bytes: snapshot };
      },
      leadsOn: ({ hash }) => hash === tipAt(round).hash,
    },
    async (to, { tip, offset, bytes }) => void said.push({ to, round: tip.round, offset, bytes: bytes.length }),
  );
  /** Rounds go on; a peer that stands at round `theirs` asks. @returns the round of the snapshot that it is offered */
  const asks = (peer: PeerId, theirs = 0): number => {
    round += 1;
    sender.offer(peer, tipAt(theirs));
    return said.at(-1)!.round;
  };
  const fetches = async (peer: PeerId, of: number, { length = 10, offset = 0 } = {}): Promise<void> => {
    expect(sender.fetch(peer, { hash: tipAt(of).hash, offset, length })).toBe(true);
    for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
  };
  return { sender, said, asks, fetches, encodings: () => encoded };
}

describe("a snapshot in pieces", () => {
  it("arrives as it is, and tells how far it is", async () => {
    const { addSender, carry, taken, progress } = setUp();
    addSender("a", snapshot).offer("receiver", tipAt(0));
    await carry();
    expect(taken).toEqual([snapshot]);
    expect(progress).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 95]);
  });

  it("goes on where it was after a lost link, from another who has the same", async () => {
    const { receiver, addSender, carry, taken, dropAll, asked } = setUp();
    addSender("a", snapshot).offer("receiver", tipAt(0));
    await carry(4);
    dropAll();
    receiver.lost("a");
    addSender("b", snapshot).offer("receiver", tipAt(0));
    await carry(0);
    receiver.hear("b", { kind: "piece", version: [1, 1], tip: tipAt(7), total: 95, offset: 0, bytes: new Uint8Array(0) });
    expect(asked()).toEqual([40]);
    await carry();
    expect(taken).toEqual([snapshot]);
  });

  it("begins anew with another once nothing more comes, and not before", async () => {
    const { receiver, addSender, carry, taken, dropAll, asked } = setUp();
    addSender("a", snapshot).offer("receiver", tipAt(0));
    await carry(4);
    dropAll();
    const offer: Piece = { kind: "piece", version: [1, 1], tip: tipAt(8), total: 30, offset: 0, bytes: new Uint8Array(0) };
    for (let look = 0; look < 4; look += 1) {
      receiver.hear("b", offer);
      expect(asked()).toEqual([]);
      receiver.lookAround();
    }
    addSender("b", snapshot.subarray(0, 30), 8).offer("receiver", tipAt(0));
    await carry();
    expect(taken).toEqual([snapshot.subarray(0, 30)]);
  });

  it("that is not what it says is fetched once from that peer, and then from another", async () => {
    const { addSender, carry, taken, dropAll } = setUp((bytes) => bytes.every((byte, i) => byte === i));
    const liar = addSender(
      "liar",
      snapshot.map(() => 1),
    );
    liar.offer("receiver", tipAt(0));
    await carry();
    expect(taken).toEqual([]);
    liar.offer("receiver", tipAt(0));
    await carry();
    dropAll();
    addSender("b", snapshot).offer("receiver", tipAt(0));
    await carry();
    expect(taken).toEqual([snapshot]);
  });

  it("is refused where it is too large, and fetched by nobody to whom it was not offered", () => {
    const { receiver, addSender } = setUp();
    const offer: Piece = { kind: "piece", version: [1, 1], tip: tipAt(7), total: 1_001, offset: 0, bytes: new Uint8Array(0) };
    expect(receiver.hear("a", offer)).toBe(false);
    expect(addSender("a", snapshot).fetch("stranger", { hash: tipAt(7).hash, offset: 0, length: 10 })).toBe(false);
  });

  it("comes to its end, no byte asked for twice, whatever its sender and others offer meanwhile", async () => {
    const { receiver, addSender, carry, taken, asked } = setUp();
    const sender = addSender("a", snapshot);
    const offer: Piece = { kind: "piece", version: [1, 1], tip: tipAt(8), total: 30, offset: 0, bytes: new Uint8Array(0) };
    sender.offer("receiver", tipAt(0));
    for (let i = 0; i < 9; i += 1) {
      await carry(1);
      expect(asked()).toEqual([]);
      for (const from of ["a", "b"]) {
        receiver.hear(from, offer);
        receiver.hear(from, { ...offer, tip: tipAt(7), total: 95 });
      }
      if (i % 3 === 2) receiver.lookAround();
      expect(asked()).toEqual([]);
    }
    await carry();
    expect(taken).toEqual([snapshot]);
  });

  it("is not waited for once what its sender sends is not let through any more", async () => {
    const { receiver, addSender, carry, taken, dropAll, deaf } = setUp();
    addSender("a", snapshot).offer("receiver", tipAt(0));
    await carry(4);
    dropAll();
    expect(receiver.isFetching).toBe(true);
    deaf.add("a");
    expect(receiver.isFetching).toBe(false);
    addSender("b", snapshot.subarray(0, 30), 8).offer("receiver", tipAt(0));
    await carry();
    expect(taken).toEqual([snapshot.subarray(0, 30)]);
  });

  it("is offered again to who has begun to fetch it, until its last piece is sent, though no totals lead on from it", async () => {
    const { asks, fetches, encodings } = setUpSender();
    expect(asks("a")).toBe(1);
    for (let offset = 0; offset < 80; offset += 10) {
      await fetches("a", 1, { offset });
      expect(asks("a")).toBe(1);
    }
    expect(encodings()).toBe(1);
    await fetches("a", 1, { offset: 80, length: 15 });
    expect(asks("a", 1)).toBeGreaterThan(9);
  });

  it("stays while it is fetched: of three who come at different rounds, the third has the newest that is kept, then one of its own", async () => {
    const { said, asks, fetches, encodings } = setUpSender();
    await comes("a", 1);
    await comes("b", 2);
    await comes("c", 2);
    expect(encodings()).toBe(2);
    for (const [peer, of] of [
      ["b", 2],
      ["a", 1],
    ] as const) {
      await fetches(peer, of, { offset: 10 });
      expect(said.at(-1)).toEqual({ to: peer, round: of, offset: 10, bytes: 10 });
    }
    await fetches("c", 2, { offset: 10, length: 85 });
    expect(asks("c", 2)).toBe(4);

    async function comes(peer: PeerId, expected: number): Promise<void> {
      expect(asks(peer)).toBe(expected);
      await fetches(peer, expected);
    }
  });

  /** A receiver alone, of snapshots of 1 MB; whom it asks. */
  const setUpReceiver = () => {
    const asked: PeerId[] = [];
    const receiver = new SnapshotReceiver({ version: [1, 1], tip: tipAt(0), hears: () => true }, { maxBytes: 1e6 });
    const say = (from: PeerId, round: number, offset: number, bytes = 0): void => {
      const piece = {
        kind: "piece",
        version: [1, 1],
        tip: tipAt(round),
        total: 1e6,
        offset,
        bytes: new Uint8Array(bytes),
      } as const;
      for (const effect of receiver.hear(from, piece) ?? []) if (effect.kind === "post") asked.push(effect.to);
    };
    return { receiver, say, asked };
  };

  it("that comes in a trickle is given up within five looks for what another offers, and not begun again while that comes on", () => {
    const { receiver, say, asked } = setUpReceiver();
    say("liar", 2 ** 50, 0);
    for (let look = 0; look < 5; look += 1) {
      say("liar", 2 ** 50, 1_000 * look, 1_000);
      receiver.lookAround();
      say("honest", 8, 0);
    }
    expect(asked).toContain("honest");
    const asks = asked.filter((peer) => peer === "liar").length;
    for (let offset = 0; offset < 1e6; offset += 50_000) {
      say("liar", 2 ** 50, 0);
      receiver.lookAround();
      say("honest", 8, offset, 50_000);
    }
    say("liar", 2 ** 50, 0);
    expect(asked.filter((peer) => peer === "liar")).toHaveLength(asks);
  });

  it("is not given up over a link of 64 kbit/s, whoever else offers one", () => {
    const { receiver, say, asked } = setUpReceiver();
    const piece = 65_536;
    say("slow", 7, 0);
    let sent = 0;
    for (let look = 1; look <= 50; look += 1) {
      for (; (sent + 1) * piece <= look * 2.5 * 8_000 && (sent + 1) * piece < 1e6; sent += 1) say("slow", 7, sent * piece, piece);
      receiver.lookAround();
      say("other", 8, 0);
    }
    expect(sent).toBe(15);
    expect(asked).not.toContain("other");
  });

  it("that was given up for its slowness is fetched after all, where nobody else offers one", () => {
    const { receiver, say, asked } = setUpReceiver();
    say("slow", 9, 0);
    for (let look = 0; look < 4; look += 1) receiver.lookAround();
    say("other", 8, 0);
    receiver.lost("other");
    asked.length = 0;
    say("slow", 9, 0);
    expect(asked).toEqual(["slow"]);
  });

  it("goes to all who fetch it, though one of them takes nothing in; to each one piece at a time", async () => {
    const sent: PeerId[] = [];
    let drain = (): void => {};
    const sender = senderOf({ encode: () => ({ tip: tipAt(7), bytes: snapshot }), leadsOn: () => true }, (to, { bytes }) => {
      if (bytes.length > 0) sent.push(to);
      return to === "full" && bytes.length > 0 ? new Promise((resolve) => (drain = resolve)) : Promise.resolve();
    });
    for (const peer of ["full", "a", "b"]) {
      sender.offer(peer, tipAt(0));
      sender.fetch(peer, { hash: tipAt(7).hash, offset: 0, length: 95 });
    }
    const turns = async (): Promise<void> => {
      for (let turn = 0; turn < 60; turn += 1) await Promise.resolve();
    };
    await turns();
    const countOf = (peer: PeerId): number => sent.filter((to) => to === peer).length;
    expect(["full", "a", "b"].map(countOf)).toEqual([1, 10, 10]);
    drain();
    await turns();
    expect(countOf("full")).toBe(2);
  });
});
