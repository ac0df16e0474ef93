import { compareTips } from "../signaling/guest.ts";
import type { Tip } from "../signaling/messages.ts";
import type { Version } from "../signaling/version.ts";
import type { PeerId } from "../transport.ts";
import type { Down, Have, Header, PeerMessage, Snapshot } from "../wire/messages.ts";
import { snapshotBytes } from "./limits.ts";
import type { Replica } from "./replica.ts";
import { createTotalLog, type TotalLog } from "./total-log.ts";

/** Where this peer stands, and its way to others. */
export interface SyncGround {
  replica(): Replica;
  /** Of the last rounds that led to it. */
  headers(): readonly Header[];
  version(): Version;
  isObserver(): boolean;
  /** Resolves when more may be sent. */
  send(to: PeerId, message: PeerMessage): Promise<void>;
  /** A neighbour stands where this peer does. */
  inStep(tip: Tip): void;
}

/**
 * Keeps neighbours at one tip. Whoever hears of another tip answers by one rule: the totals that lead from theirs to ours, if
 * we have them; a snapshot, if ours is the greater chain; else where we stand, so that they answer in turn.
 */
export class ChainSync {
  private readonly ground: SyncGround;
  private readonly log: TotalLog;
  /** For each peer the pair of tips for which it got a snapshot: one is enough. */
  private readonly answered = new Map<PeerId, string>();
  /** Peers to which an answer is under way. */
  private readonly answering = new Set<PeerId>();

  constructor(ground: SyncGround) {
    const { parameters, common } = ground.replica();
    this.ground = ground;
    this.log = createTotalLog(snapshotBytes(parameters.length, common));
  }

  /** A total was committed here. `bytes`: its size as encoded. */
  record(total: Down, bytes: number): void {
    this.log.push(total, bytes);
  }

  /** The chain behind our tip is not the one of the log any more. */
  reset(): void {
    this.log.clear();
  }

  /** The link to a peer is gone, and what was under way with it. */
  forget(peer: PeerId): void {
    this.answered.delete(peer);
    this.answering.delete(peer);
  }

  /** Tells a peer where we stand. */
  say(to: PeerId): void {
    const { ground } = this;
    const have: Have = { kind: "have", version: ground.version(), tip: ground.replica().tip, observer: ground.isObserver() };
    void ground.send(to, have);
  }

  /** A peer stands at `tip`. An observer wants an answer even where there is nothing to say. */
  hear(from: PeerId, tip: Tip, isObserver: boolean): void {
    const ours = this.ground.replica().tip;
    if (tip.hash === ours.hash) {
      if (isObserver) this.say(from);
      else this.ground.inStep(ours);
      return;
    }
    if (this.answering.has(from)) return;
    const totals = this.log.after(tip.hash);
    if (totals !== null) void this.answer(from, totals);
    else if (compareTips(ours, tip) <= 0) this.say(from);
    else if (this.answered.get(from) !== pairOf(tip, ours)) {
      this.answered.set(from, pairOf(tip, ours));
      const { previous, parameters, common } = this.ground.replica();
      const chain = { tip: ours, previous, headers: this.ground.headers() };
      void this.answer(from, [{ kind: "snapshot", version: this.ground.version(), ...chain, parameters, common }]);
    }
  }

  /** Large answers go one at a time: who asks again meanwhile, or invents tips, gets no more for it. */
  private async answer(to: PeerId, messages: readonly (Down | Snapshot)[]): Promise<void> {
    this.answering.add(to);
    for (const message of messages) await this.ground.send(to, { ...message, version: this.ground.version() });
    this.answering.delete(to);
  }
}

function pairOf(theirs: Tip, ours: Tip): string {
  return `${theirs.hash} ${ours.hash}`;
}
