import type { Tip } from "../base/tip.ts";
import type { PeerId } from "../base/transport.ts";
import type { Version } from "../base/version.ts";
import { Membership } from "../membership/membership.ts";
import type { Neighborhood } from "../membership/neighbors.ts";
import { AllReduce } from "../reduce/all-reduce.ts";
import type { AllReduceEffect, Decision } from "../reduce/all-reduce-types.ts";
import { Chain } from "../replica/chain.ts";
import type { KeptResidual } from "../replica/checkpoint.ts";
import type { Replica } from "../replica/replica.ts";
import type { Evaluation } from "../run/trainer.ts";
import { Outbox } from "../sync/outbox.ts";
import { type InboxGround, PeerInbox, type Refusal } from "../sync/peer-inbox.ts";
import { ReplicaSync, type ReplicaSyncHost } from "../sync/replica-sync.ts";
import { countOf } from "../tree/contributors.ts";
import { mailboxBytes } from "../wire/limits.ts";
import { createCodec } from "../wire/message-code.ts";
import type { Snapshot } from "../wire/messages.ts";
import { sumShapesOf } from "../wire/sum-shape.ts";
import { LocalWork } from "./local-work.ts";
import type { RoundOptions } from "./round-options.ts";
import { createRoundTimers, type RoundTimers } from "./round-timers.ts";

/**
 * One peer's rounds: train → encode → sum up the tree → commit → decode → apply, again and again. What is decided goes onto its
 * chain; what its neighbors say of theirs is answered.
 */
export class Rounds {
  private readonly options: RoundOptions;
  private readonly chain: Chain;
  private readonly sums: AllReduce;
  private readonly membership: Membership;
  private readonly outbox: Outbox;
  private readonly sync: ReplicaSync;
  private readonly inbox: PeerInbox;
  private readonly timers: RoundTimers;
  private readonly work: LocalWork;
  private isClosed = false;
  private hasFinished = false;
  private typicalMs: number | null = null;

  constructor(options: RoundOptions) {
    const { scheme, trainer, config, clock, events } = options;
    const { layout } = trainer;
    const perform = (effects: readonly AllReduceEffect[]): void => this.perform(effects);
    this.options = options;
    const codec = createCodec(config.tree, layout.length, sumShapesOf(scheme.phases(layout, { round: 1, members: 1 })));
    this.chain = new Chain(options);
    this.sums = new AllReduce(scheme, layout, this.chain.replica, this.chain.contextOf);
    this.outbox = new Outbox(codec, (to, bytes) => events.send(to, bytes));
    this.membership = new Membership(this.sums, {
      ...{ clock, events, perform },
      ask: (peer, wanted) => this.askToReparent(peer, wanted),
      lost: (peer) => this.lost(peer),
    });
    const { chain, sums, membership, outbox } = this;
    const syncHost: ReplicaSyncHost = {
      ...{ chain, membership, outbox },
      inStep: (tip) => {
        if (membership.isObserver) events.inStep(tip);
      },
      take: (from, bytes) => this.inbox.takeWhole(from, bytes),
      progress: (received, total) => events.progress(received, total),
    };
    this.sync = new ReplicaSync(syncHost, options.pieceBytes);
    const inboxGround: InboxGround = {
      ...{ chain, membership, sync: this.sync },
      up: (from, message) => perform(sums.up(from, message)),
      down: (from, message) => {
        perform(sums.down(message));
        if (chain.isInvalid) membership.score.hear(from, "contradiction");
      },
      snapshot: (message) => this.replace(message),
    };
    this.inbox = new PeerInbox(codec, inboxGround, { mailboxBytes: mailboxBytes(layout.length, chain.replica.replicated) });
    this.timers = createRoundTimers(clock, config, {
      deadline: () => perform(sums.deadline()),
      lookAround: (isOverdue) => this.lookAround(isOverdue),
      overdue: () => events.overdue(membership.version),
    });
    this.work = new LocalWork(options, { chain, membership, sums, perform });
  }

  get tip(): Tip {
    return this.chain.tip;
  }

  /** Of the roster that committed the tip; 0 before the first commit. */
  get committers(): number {
    return this.chain.headers.at(-1)?.contributors.members ?? 0;
  }

  /** The model as committed, and the scheme's state. Belongs to the rounds: copy what is to be kept. */
  get replica(): Replica {
    return this.chain.replica;
  }

  /** What a checkpoint holds of the chain; null where there is nothing yet, or nothing that can be relied on. Not to be changed. */
  get state(): Chain["state"] | null {
    return this.tip.round === 0 ? null : this.chain.state;
  }

  /** The roster up to which this peer has promised to give nothing; null: it gives. */
  get promise(): Version | null {
    return this.membership.promise;
  }

  /** Of messages that came too early. */
  get waitingBytes(): number {
    return this.inbox.waitingBytes;
  }

  /** Of messages, by reason. */
  get refusals(): ReadonlyMap<Refusal, number> {
    return this.inbox.refusals;
  }

  /** The committed model on the whole held-out set. */
  evaluate(): Promise<Evaluation> {
    return this.work.evaluate();
  }

  /** A roster, or an observer's new donor under the same one. An older roster is ignored. */
  adopt(near: Neighborhood): void {
    if (!this.membership.adopt(near)) return;
    this.armTimers();
    this.sync.request();
    this.inbox.replay();
    this.work.begin();
  }

  /** Says once that the run is over, if it is: with its last commit, or at once where its chain begins at or past its end. */
  tellIfOver(): void {
    if (!this.chain.isOver || this.hasFinished) return;
    this.hasFinished = true;
    this.options.events.finished(this.tip);
  }

  /** Until there is a newer roster than this, this peer adds to no sum and makes no total. It passes on what others give. */
  prepare(version: Version): void {
    this.membership.prepare(version);
  }

  opened(peer: PeerId): void {
    if (!this.membership.near?.backups.some((backup) => backup.peer === peer)) this.sync.announce(peer);
    this.membership.opened(peer);
  }

  lost(peer: PeerId): void {
    this.sync.lost(peer);
    this.membership.lost(peer);
  }

  /** Bytes from a peer. Whatever they are, this returns. */
  receive(from: PeerId, bytes: Uint8Array): void {
    this.inbox.receive(from, bytes);
  }

  close(): void {
    this.isClosed = true;
    this.timers.stop();
    this.membership.close();
    this.work.close();
  }

  /** Ends these rounds for good: nothing leaves this peer any more. What of its residual can be kept. */
  retire(): KeptResidual | null {
    this.close();
    const open = this.sums.abandon();
    // A residual on a device is out of reach.
    return this.options.trainer.scheme === undefined ? this.chain.residual(open) : null;
  }

  private perform(effects: readonly AllReduceEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "send") void this.outbox.send(this.membership.peerAt(effect.to), effect.message);
      else if (effect.kind === "decided") this.commit(effect.decision);
      else if (effect.kind === "phase") this.armTimers();
      else if (effect.kind === "asked") void this.work.answer(effect.version, effect.ask);
      else this.inbox.refuse(effect.reason);
    }
  }

  private commit(decided: Decision): void {
    const { events } = this.options;
    const confirmed = this.tip;
    const decision = this.chain.commit(decided);
    const { tip, previous } = this.replica;
    if (decision.hash !== null && decision.hash !== tip.hash) return this.diverged(tip.round);
    this.sync.passOn(decision);
    this.typicalMs = decision.part.metrics.trainingMs / countOf(decision.part.contributors);
    events.committed(tip, decision, { previous, sent: this.outbox.takeBreakdown() });
    if (confirmed.round > 0) events.confirmed(confirmed.round, confirmed.hash);
    if (decision.hash === null) events.decided(tip);
    this.moved();
  }

  /** Our bits differ from the root's. A snapshot replaces them. */
  private diverged(round: number): void {
    this.options.events.notice(`round ${round}: this replica's hash differs from the root's; fetching the model anew`);
    this.chain.invalidate();
    this.sync.reset();
    this.perform(this.sums.open(this.replica));
    this.sync.request();
  }

  /** A greater chain's snapshot takes the place of this peer's chain. */
  private replace(snapshot: Snapshot): void {
    const { chain, membership } = this;
    const { isInvalid } = chain;
    this.options.events.reconciled(chain.replace(snapshot, this.sums.abandon()));
    this.sync.reset();
    this.moved();
    this.sync.request();
    // What its children gave in the open round is gone, and they give it again only under another roster.
    if (isInvalid && membership.children.length > 0) this.options.events.voided(this.tip);
  }

  /** The chain stands elsewhere than before: the next round opens. */
  private moved(): void {
    const { events } = this.options;
    this.perform(this.sums.open(this.replica));
    this.armTimers();
    if (this.membership.isObserver) events.inStep(this.tip);
    if (this.sums.isVoid) events.voided(this.tip);
    this.inbox.replay();
    this.tellIfOver();
    this.work.begin();
    this.membership.score.moved();
  }

  private askToReparent(peer: PeerId, wanted: boolean): void {
    void this.outbox.send(peer, { kind: "reparent", version: this.membership.version, wanted });
    if (wanted) this.sync.announce(peer);
  }

  private armTimers(): void {
    const { near } = this.membership;
    if (near !== null && !this.chain.isOver && !this.isClosed) this.timers.arm(near, this.typicalMs);
    else this.timers.stop();
  }

  /** Nothing has happened for a while. */
  private lookAround(isOverdue: boolean): void {
    const { near, hasLostRoot } = this.membership;
    const { events } = this.options;
    this.sync.request();
    const treePosition = near?.treePosition ?? null;
    if (treePosition !== null) events.idle({ isRoot: treePosition.place.parent === null, hasLostRoot, isOverdue });
    this.sync.lookAround();
    // Neither state lasts: a failed training is tried again, and a peer that can give nothing asks for a new roster once more.
    this.work.retry();
    if (this.sums.isVoid) events.voided(this.tip);
  }
}
