import type { Refusal as SumRefusal } from "../aggregate/all-reduce-types.ts";
import { createMailbox } from "../aggregate/mailbox.ts";
import { compareVersions, type Version } from "../signaling/version.ts";
import type { PeerId } from "../transport.ts";
import { WireError } from "../wire/bytes.ts";
import type { Codec } from "../wire/message-code.ts";
import type { Down, Fetch, Foster, Have, PeerMessage, Piece, Snapshot, Up } from "../wire/messages.ts";
import type { Distrust } from "./distrust.ts";

/** Why a message was dropped: a fixed list, for counters are kept by it. */
export type Refusal =
  | SumRefusal
  | "malformed"
  | "from one that is not heard any more"
  | "not from a neighbour"
  | "of an older roster"
  | "a total from a child"
  | "a snapshot that does not fit"
  | "a piece of no snapshot";

/** What becomes of a message: taken (null), kept until the roster or the chain moves, or dropped for a reason. */
export type Verdict = Refusal | "early" | null;

export interface InboxGround {
  /** Of the roster in force. */
  version(): Version;
  isNear(peer: PeerId): boolean;
  have(from: PeerId, message: Have): void;
  up(from: PeerId, message: Up): Verdict;
  down(from: PeerId, message: Down): Verdict;
  snapshot(message: Snapshot): Verdict;
  piece(from: PeerId, message: Piece): Verdict;
  fetch(from: PeerId, message: Fetch): Verdict;
  foster(from: PeerId, message: Foster): Verdict;
}

/** Messages that came too early: from a newer roster, or for a round that this peer has not reached. */
const mailboxItems = 64;

/** Takes whatever bytes peers send: decodes, keeps the fence of roster versions, holds what is early, counts what is wrong. */
export class PeerInbox {
  /** A peer's mistakes are counted, never answered. */
  readonly refusals = new Map<Refusal, number>();
  private readonly codec: Codec;
  private readonly ground: InboxGround;
  private readonly distrust: Distrust;
  private readonly early;

  /** @param mailboxBytes how many bytes of early messages are kept */
  constructor(codec: Codec, ground: InboxGround, options: { readonly mailboxBytes: number; readonly distrust: Distrust }) {
    this.codec = codec;
    this.ground = ground;
    this.distrust = options.distrust;
    this.early = createMailbox<{ readonly from: PeerId; readonly message: PeerMessage }>({
      items: mailboxItems,
      bytes: options.mailboxBytes,
    });
  }

  /** Bytes from a peer. Whatever they are, this returns. */
  receive(from: PeerId, bytes: Uint8Array): void {
    if (this.distrust.isSilenced(from)) return this.refuse("from one that is not heard any more");
    let message: PeerMessage;
    try {
      message = this.codec.decode(bytes);
    } catch (cause) {
      if (!(cause instanceof WireError)) throw cause;
      if (this.ground.isNear(from)) this.distrust.hearGarbled(from);
      return this.refuse("malformed");
    }
    this.handle(from, message, bytes.length);
  }

  /** A snapshot that came in pieces. False if it is none, or none that fits. */
  takeWhole(bytes: Uint8Array): boolean {
    let message: PeerMessage;
    try {
      message = this.codec.decode(bytes);
    } catch (cause) {
      if (!(cause instanceof WireError)) throw cause;
      this.refuse("malformed");
      return false;
    }
    const verdict = message.kind === "snapshot" ? this.ground.snapshot(message) : "a piece of no snapshot";
    if (verdict !== null && verdict !== "early") this.refuse(verdict);
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

  private handle(from: PeerId, message: PeerMessage, bytes: number): void {
    const verdict = this.judge(from, message);
    if (verdict === "early") this.early.put({ from, message }, bytes);
    else if (verdict !== null) this.refuse(verdict);
    if (verdict === "a snapshot that does not fit") this.distrust.hearUnfit(from);
  }

  private judge(from: PeerId, message: PeerMessage): Verdict {
    const { ground } = this;
    if (message.kind === "have") {
      // An observer that this peer sponsors is no neighbour by the roster; the server vouches for it.
      if (!ground.isNear(from) && !message.observer) return "not from a neighbour";
      ground.have(from, message);
      return null;
    }
    // Only who was offered a snapshot may fetch it.
    if (message.kind === "fetch") return ground.fetch(from, message);
    const fence = compareVersions(message.version, ground.version());
    // A roster that is on its way may make a neighbour of the sender.
    const isSnapshot = message.kind === "snapshot" || message.kind === "piece";
    if (fence > 0 && !isSnapshot) return "early";
    if (message.kind === "foster") return fence < 0 ? "of an older roster" : ground.foster(from, message);
    if (!ground.isNear(from)) return "not from a neighbour";
    // A snapshot takes long, and what it says does not depend on the roster.
    if (message.kind === "snapshot") return ground.snapshot(message);
    if (message.kind === "piece") return ground.piece(from, message);
    if (fence < 0) return "of an older roster";
    return message.kind === "up" ? ground.up(from, message) : ground.down(from, message);
  }
}
