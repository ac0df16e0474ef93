import { compareTips } from "../base/tip.ts";
import type { PeerId } from "../base/transport.ts";
import { compareVersions, noVersion } from "../base/version.ts";
import { WireError } from "../base/wire-error.ts";
import type { Known } from "../wire/attempt-code.ts";
import type { Codec } from "../wire/message-code.ts";
import type { Down, PeerMessage, Snapshot, Up } from "../wire/messages.ts";
import { knownNames } from "./known-names.ts";
import { createMailbox } from "./mailbox.ts";
import type { InboxEffect, Refusal } from "./sync-effect.ts";
import type { View } from "./view.ts";

/**
 * What becomes of a message: it is taken, with these effects; kept until the roster or the chain moves, and if it is of a round ahead of
 * the open one, its sender is told where this peer stands; or dropped for a reason.
 */
type Verdict = readonly InboxEffect[] | "early" | "ahead" | Refusal;

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
  private readonly view: View;
  private readonly known: Known;
  private readonly early;

  /**
   * @param mailboxBytes how many bytes of early messages are kept
   * @param loggedAfter the chain's hash after a round, as the log of totals has it
   */
  constructor(codec: Codec, view: View, options: { readonly mailboxBytes: number; readonly loggedAfter: Known["hashAfter"] }) {
    this.codec = codec;
    this.view = view;
    this.known = knownNames(view, options.loggedAfter);
    this.early = createMailbox<{ readonly from: PeerId; readonly bytes: Uint8Array }>({
      items: mailboxItems,
      bytes: options.mailboxBytes,
    });
  }

  /** Bytes from a peer. Whatever they are, this returns. */
  receive(from: PeerId, bytes: Uint8Array): readonly InboxEffect[] {
    const { membership } = this.view;
    if (membership.isMuted(from)) return refused("from one that is not heard any more");
    const message = this.decode(bytes);
    if (message !== null) return [{ kind: "deliver", from, message, bytes }];
    return [
      ...refused("malformed"),
      ...(membership.isNear(from) ? [{ kind: "misbehaved", peer: from, misbehavior: "garbled" } as const] : []),
    ];
  }

  /** A snapshot that came in pieces, the last of them from that peer. `isTaken`: it is one, and fits if it is of use. */
  whole(from: PeerId, bytes: Uint8Array): { readonly isTaken: boolean; readonly effects: readonly InboxEffect[] } {
    const message = this.decode(bytes);
    if (message?.kind !== "snapshot") {
      const reasons = [...(message === null ? refused("malformed") : []), forgedBy(from), ...refused(unknownPiece)];
      return { isTaken: false, effects: reasons };
    }
    const effects = this.snapshot(from, message);
    return { isTaken: effects.every(({ kind }) => kind !== "refused"), effects };
  }

  /** The roster or the chain has moved: what was early may be due. It is read anew, for it names both in short. */
  *replay(): Generator<InboxEffect, void, void> {
    for (const { item } of this.early.takeAll()) {
      const message = this.decode(item.bytes);
      if (message !== null) yield { kind: "deliver", ...item, message };
    }
  }

  /** A message, and the bytes that it was read from. */
  deliver(from: PeerId, message: PeerMessage, bytes: Uint8Array): readonly InboxEffect[] {
    const verdict = this.fence(from, message) ?? this.take(from, message);
    if (typeof verdict !== "string") return verdict;
    if (verdict !== "early" && verdict !== "ahead") return refused(verdict);
    this.early.put({ from, bytes }, bytes.length);
    return verdict === "ahead" ? [{ kind: "announce", to: from }] : [];
  }

  /** Whether nothing waits to become due. */
  get isEmpty(): boolean {
    return this.early.size === 0;
  }

  get waitingBytes(): number {
    return this.early.bytes;
  }

  /** Counts what was dropped. */
  refuse(reason: Refusal): void {
    this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1);
  }

  private decode(bytes: Uint8Array): PeerMessage | null {
    try {
      return this.codec.decode(bytes, this.known);
    } catch (cause) {
      if (cause instanceof WireError) return null;
      throw cause;
    }
  }

  /** What the roster says against a message. */
  private fence(from: PeerId, message: PeerMessage): "early" | Refusal | null {
    const { membership } = this.view;
    // An observer whose donor is this peer is no neighbor by the roster; the server vouches for it.
    if (message.kind === "have") return membership.isNear(from) || message.observer ? null : "not from a neighbor";
    // Only who was offered a snapshot may fetch it.
    if (message.kind === "fetch") return null;
    const age = compareVersions(message.version, membership.version);
    // A snapshot takes long, and what it says does not depend on the roster.
    const isSnapshot = message.kind === "snapshot" || message.kind === "piece";
    // A roster that is on its way may make a neighbor of the sender.
    if (age > 0 && !(isSnapshot && membership.isNear(from))) return "early";
    if (message.kind !== "reparent" && !membership.isNear(from)) return "not from a neighbor";
    return age < 0 && !isSnapshot ? "of an older roster" : null;
  }

  private take(from: PeerId, message: PeerMessage): Verdict {
    switch (message.kind) {
      case "have":
        return [{ kind: "tip", from, have: message }];
      case "up":
        return this.up(from, message);
      case "down":
        return this.down(from, message);
      case "snapshot":
        return this.snapshot(from, message);
      case "piece":
        return [{ kind: "piece", from, message }];
      case "fetch":
        return [{ kind: "fetch", from, message }];
      case "reparent":
        return [{ kind: "asked-in", from, wanted: message.wanted }];
    }
  }

  private up(from: PeerId, message: Up): Verdict {
    const { chain, membership } = this.view;
    const { round, previous } = message;
    if (chain.isNext(message)) return [{ kind: "up", from: membership.positionOf(from), message }];
    if (round > chain.tip.round + 1) return "ahead";
    const tip = { round: round - 1, version: noVersion, hash: previous };
    return [{ kind: "tip", from, have: { tip, observer: false } }];
  }

  private down(from: PeerId, message: Down): Verdict {
    const { chain, membership } = this.view;
    if (message.round <= chain.tip.round) return [];
    // A child cannot know a total of this roster before its parent.
    const isCurrent = compareVersions(message.committedBy, membership.version) === 0;
    if (isCurrent && membership.children.includes(from)) return "a total from a child";
    return [chain.isNext(message) ? { kind: "down", from, message } : { kind: "unfit", from }];
  }

  private snapshot(from: PeerId, message: Snapshot): readonly InboxEffect[] {
    const { chain } = this.view;
    if (compareTips(message.tip, chain.tip) <= 0) return [];
    if (chain.fits(message)) return [{ kind: "replace", snapshot: message }];
    return [forgedBy(from), ...refused("a snapshot that does not fit")];
  }
}

function refused(reason: Refusal): readonly InboxEffect[] {
  return [{ kind: "refused", reason }];
}

function forgedBy(peer: PeerId): InboxEffect {
  return { kind: "misbehaved", peer, misbehavior: "forged" };
}
