import { compareTips, type Tip } from "../base/tip.ts";
import type { PeerId } from "../base/transport.ts";
import type { Membership } from "../membership/membership.ts";
import type { Chain } from "../replica/chain.ts";
import { snapshotBytes } from "../wire/limits.ts";
import type { Down, Snapshot } from "../wire/messages.ts";
import type { Outbox } from "./outbox.ts";
import { createTotalLog, type TotalLog } from "./total-log.ts";

/** Where this peer stands, and its way to others. */
export interface SyncGround {
  readonly chain: Chain;
  readonly membership: Membership;
  readonly outbox: Outbox;
  /** A neighbor stands where this peer does. */
  inStep(tip: Tip): void;
  /** A snapshot is too large for one message: the peer is told that there is one to be fetched. */
  offer(to: PeerId, theirs: Tip): void;
}

/**
 * Keeps neighbors at one tip. Whoever hears of another tip answers by one rule: the totals that lead from theirs to ours, if
 * we have them; a snapshot, if ours is the greater chain; else where we stand, so that they answer in turn.
 */
export class ChainSync {
  private readonly ground: SyncGround;
  private readonly log: TotalLog;
  /** For each peer the pair of tips for which it got a snapshot: one is enough. */
  private readonly answered = new Map<PeerId, string>();
  /** Peers to which an answer is under way. */
  private readonly answering = new Set<PeerId>();
  /** Observers that stand where we do, or had our tip sent last: each total goes to them as it comes. */
  private readonly following = new Set<PeerId>();

  private readonly isLarge: boolean;

  /** @param pieceBytes snapshots of more bytes are offered, and fetched in pieces */
  constructor(ground: SyncGround, options: { readonly pieceBytes: number }) {
    const { parameters, replicated } = ground.chain.replica;
    const bytes = snapshotBytes(parameters.length, replicated);
    this.ground = ground;
    this.log = createTotalLog(bytes);
    this.isLarge = bytes > options.pieceBytes;
  }

  /** Whether the log has the totals that lead on from a tip. */
  leadsOn(tip: Tip): boolean {
    return tip.hash === this.ground.chain.tip.hash || this.log.after(tip.hash) !== null;
  }

  /** A round was committed here, by these totals of its phases. `bytes`: their size as encoded. */
  record(totals: readonly Down[], bytes: number): void {
    this.log.push(totals, bytes);
    for (const observer of this.following) {
      if (!this.ground.membership.isNonMember(observer)) this.following.delete(observer);
      else for (const total of totals) void this.ground.outbox.send(observer, total);
    }
  }

  /** The chain behind our tip is not the one of the log any more. */
  reset(): void {
    this.log.clear();
    this.following.clear();
  }

  /** The link to a peer is gone, and what was under way with it. */
  forget(peer: PeerId): void {
    this.answered.delete(peer);
    this.answering.delete(peer);
    this.following.delete(peer);
  }

  /** Tells a peer where we stand. */
  announce(to: PeerId): void {
    const { chain, membership, outbox } = this.ground;
    const { version, isObserver } = membership;
    void outbox.send(to, { kind: "have", version, tip: chain.tip, observer: isObserver });
  }

  /** A peer stands at `tip`. An observer wants an answer even where there is nothing to say. */
  onTip(from: PeerId, tip: Tip, isObserver: boolean): void {
    const { chain, membership } = this.ground;
    const ours = chain.tip;
    if (tip.hash === ours.hash) {
      if (!isObserver) return this.ground.inStep(ours);
      this.following.add(from);
      return this.announce(from);
    }
    if (this.answering.has(from)) return;
    this.following.delete(from);
    const totals = this.log.after(tip.hash);
    if (totals !== null) void this.answer(from, totals, isObserver);
    else if (compareTips(ours, tip) <= 0) this.announce(from);
    else if (this.isLarge) this.ground.offer(from, tip);
    else if (this.answered.get(from) !== pairOf(tip, ours)) {
      this.answered.set(from, pairOf(tip, ours));
      void this.answer(from, [{ kind: "snapshot", version: membership.version, ...chain.state }], isObserver);
    }
  }

  /**
   * Large answers go one at a time: who asks again meanwhile, or invents tips, gets no more for it. An observer is also sent what
   * was committed meanwhile, and follows from then on.
   */
  private async answer(to: PeerId, messages: readonly (Down | Snapshot)[], isObserver: boolean): Promise<void> {
    const { membership, outbox } = this.ground;
    this.answering.add(to);
    let rest: readonly (Down | Snapshot)[] | null = messages;
    while (rest !== null) {
      for (const message of rest) await outbox.send(to, { ...message, version: membership.version });
      const last: Down | Snapshot = rest.at(-1)!;
      rest = isObserver && this.answering.has(to) ? this.log.after(last.kind === "down" ? last.hash! : last.tip.hash) : null;
      if (rest === null && isObserver && this.answering.has(to)) this.following.add(to);
    }
    this.answering.delete(to);
  }
}

function pairOf(theirs: Tip, ours: Tip): string {
  return `${theirs.hash} ${ours.hash}`;
}
