import { compareTips } from "../base/tip.ts";
import type { PeerId } from "../base/transport.ts";
import { compareVersions, noVersion } from "../base/version.ts";
import { WireError } from "../base/wire-error.ts";
import type { Membership } from "../membership/membership.ts";
import type { Refusal as SumRefusal } from "../reduce/all-reduce-types.ts";
import type { Chain } from "../replica/chain.ts";
import type { Codec } from "../wire/message-code.ts";
import type { Down, PeerMessage, Snapshot, Up } from "../wire/messages.ts";
import { createMailbox } from "./mailbox.ts";
import type { ReplicaSync } from "./replica-sync.ts";

/** Why a message was dropped: a fixed list, for counters are kept by it. */
export type Refusal =
  | SumRefusal
  | "malformed"
  | "from one that is not heard any more"
  | "not from a neighbor"
  | "of an older roster"
  | "a total from a child"
  | "a snapshot that does not fit"
  | "a piece of no snapshot";

/** What becomes of a message: taken (null), kept until the roster or the chain moves, or dropped for a reason. */
export type Verdict = Refusal | "early" | null;

/** Where this peer stands, and what becomes of messages that fit there. */
export interface InboxGround {
  readonly chain: Chain;
  readonly membership: Membership;
  readonly sync: ReplicaSync;
  /** A part for the open round, from the member at that position. */
  up(from: number, message: Up): void;
  /** A total on top of the tip. */
  down(from: PeerId, message: Down): void;
  /** Of a greater chain. */
  snapshot(message: Snapshot): void;
}

/** Messages that came too early: from a newer roster, or for a round that this peer has not reached. */
const mailboxItems = 64;

const unknownPiece = "a piece of no snapshot";

/**
 * Takes whatever bytes peers send: decodes, keeps the fence of roster versions, lets through what is on top of the chain, holds what
 * is early, counts what is wrong.
 */
export class PeerInbox {
  /** A peer's mistakes are counted, never answered. */
  readonly refusals = new Map<Refusal, number>();
  private readonly codec: Codec;
  private readonly ground: InboxGround;
  private readonly early;

  /** @param mailboxBytes how many bytes of early messages are kept */
  constructor(codec: Codec, ground: InboxGround, options: { readonly mailboxBytes: number }) {
    this.codec = codec;
    this.ground = ground;
    this.early = createMailbox<{ readonly from: PeerId; readonly message: PeerMessage }>({
      items: mailboxItems,
      bytes: options.mailboxBytes,
    });
  }

  /** Bytes from a peer. Whatever they are, this returns. */
  receive(from: PeerId, bytes: Uint8Array): void {
    const { membership } = this.ground;
    if (membership.score.isMuted(from)) return this.refuse("from one that is not heard any more");
    const message = this.decode(bytes);
    if (message !== null) this.handle(from, message, bytes.length);
    else if (membership.isNear(from)) membership.score.hear(from, "garbled");
  }

  /** A snapshot that came in pieces, the last of them from that peer. False if it is none, or none that fits. */
  takeWhole(from: PeerId, bytes: Uint8Array): boolean {
    const message = this.decode(bytes);
    const verdict = message?.kind === "snapshot" ? this.snapshot(from, message) : unknownPiece;
    if (verdict === unknownPiece) this.ground.membership.score.hear(from, "forged");
    if (verdict !== null) this.refuse(verdict);
    return verdict === null;
  }

  /** The roster or the chain has moved: what was early may be due. */
  replay(): void {
    for (const { item, bytes } of this.early.takeAll()) this.handle(item.from, item.message, bytes);
  }

  get waitingBytes(): number {
    return this.early.bytes;
  }

  refuse(reason: Refusal): void {
    this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1);
  }

  private decode(bytes: Uint8Array): PeerMessage | null {
    try {
      return this.codec.decode(bytes);
    } catch (cause) {
      if (!(cause instanceof WireError)) throw cause;
      this.refuse("malformed");
      return null;
    }
  }

  private handle(from: PeerId, message: PeerMessage, bytes: number): void {
    const verdict = this.fence(from, message) ?? this.take(from, message);
    if (verdict === "early") this.early.put({ from, message }, bytes);
    else if (verdict !== null) this.refuse(verdict);
  }

  /** What the roster says against a message. */
  private fence(from: PeerId, message: PeerMessage): Verdict {
    const { membership } = this.ground;
    // An observer whose donor is this peer is no neighbor by the roster; the server vouches for it.
    if (message.kind === "have") return membership.isNear(from) || message.observer ? null : "not from a neighbor";
    // Only who was offered a snapshot may fetch it.
    if (message.kind === "fetch") return null;
    const age = compareVersions(message.version, membership.version);
    // A snapshot takes long, and what it says does not depend on the roster.
    const isSnapshot = message.kind === "snapshot" || message.kind === "piece";
    // A roster that is on its way may make a neighbor of the sender.
    if (age > 0 && !isSnapshot) return "early";
    if (message.kind !== "reparent" && !membership.isNear(from)) return "not from a neighbor";
    return age < 0 && !isSnapshot ? "of an older roster" : null;
  }

  private take(from: PeerId, message: PeerMessage): Verdict {
    const { membership, sync } = this.ground;
    switch (message.kind) {
      case "have":
        sync.onTip(from, message);
        return null;
      case "up":
        return this.up(from, message);
      case "down":
        return this.down(from, message);
      case "snapshot":
        return this.snapshot(from, message);
      case "piece":
        return sync.piece(from, message) ? null : unknownPiece;
      case "fetch":
        return sync.fetch(from, message) ? null : unknownPiece;
      case "reparent":
        return membership.asked(from, message.wanted) ? null : "not from a neighbor";
    }
  }

  private up(from: PeerId, message: Up): Verdict {
    const { chain, membership, sync } = this.ground;
    const { tip } = chain;
    if (chain.isNext(message)) {
      this.ground.up(membership.positionOf(from), message);
      return null;
    }
    if (message.round > tip.round + 1) {
      sync.announce(from);
      return "early";
    }
    sync.onTip(from, { tip: { round: message.round - 1, version: noVersion, hash: message.previous }, observer: false });
    return null;
  }

  private down(from: PeerId, message: Down): Verdict {
    const { chain, membership, sync } = this.ground;
    if (message.round <= chain.tip.round) return null;
    // A child cannot know a total of this roster before its parent.
    const isCurrent = compareVersions(message.committedBy, membership.version) === 0;
    if (isCurrent && membership.children.includes(from)) return "a total from a child";
    if (chain.isNext(message)) {
      this.ground.down(from, message);
      return null;
    }
    // No total can fit while a snapshot is on its way.
    if (!chain.isInvalid && !sync.isFetching) membership.score.hear(from, "unfit");
    sync.announce(from);
    return null;
  }

  private snapshot(from: PeerId, message: Snapshot): Refusal | null {
    const { chain, membership } = this.ground;
    if (compareTips(message.tip, chain.tip) <= 0) return null;
    if (!chain.fits(message)) {
      membership.score.hear(from, "forged");
      return "a snapshot that does not fit";
    }
    this.ground.snapshot(message);
    return null;
  }
}
