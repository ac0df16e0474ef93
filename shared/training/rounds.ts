import { AllReduce, type AllReduceEffect, type Decision, type Refusal as SumRefusal } from "../aggregate/all-reduce.ts";
import { countOf } from "../aggregate/contributors.ts";
import { createMailbox } from "../aggregate/mailbox.ts";
import type { Metrics } from "../aggregate/part.ts";
import type { Clock } from "../clock.ts";
import type { Scheme } from "../compress/types.ts";
import type { Hash, Hasher } from "../hash.ts";
import { compareTips } from "../signaling/guest.ts";
import type { Tip } from "../signaling/messages.ts";
import { compareVersions, noVersion } from "../signaling/version.ts";
import type { PeerId } from "../transport.ts";
import { createCodec, mostPerContributor } from "../wire/message-code.ts";
import type { Down, PeerMessage, Snapshot, Up } from "../wire/messages.ts";
import { ChainSync } from "./chain-sync.ts";
import type { RunConfig } from "./config.ts";
import { deadlineMs } from "./deadline.ts";
import { snapshotBytes } from "./limits.ts";
import type { Neighbourhood } from "./neighbours.ts";
import { adoptSnapshot, commit, firstReplica, type Replica, snapshotFits } from "./replica.ts";
import type { Trainer } from "./trainer.ts";

/** Messages that came too early: from a newer roster, or for a round or phase that this peer has not reached. */
const mailboxSize = 64;
/** … and in bytes: dense sums of a handful of neighbours. */
const mailboxSnapshots = 8;
/** So long without a commit, a peer asks its neighbour whether it missed something. */
const stuckMs = 2_500;

/** Why a message was dropped: a fixed list, for counters are kept by it. */
export type Refusal = SumRefusal | "malformed" | "not from a neighbour" | "of an older roster" | "a snapshot that does not fit";

/** What rounds tell the peer around them. */
export interface RoundEvents {
  /** Resolves when more may be sent, or the message is lost: whoever misses it asks again. */
  send(to: PeerId, bytes: Uint8Array): Promise<void>;
  training(round: number): void;
  /** Round r is committed. `decision` says who counted, and what was measured on the model the round started from. */
  committed(tip: Tip, decision: Decision): void;
  /** This peer made the total, as the root. */
  decided(tip: Tip): void;
  /** The chain moved while this peer is an observer, or it learned that it is in step. */
  inStep(tip: Tip): void;
  finished(tip: Tip): void;
  notice(text: string): void;
}

export interface RoundOptions {
  readonly config: RunConfig;
  readonly scheme: Scheme;
  readonly trainer: Trainer;
  readonly parameters: Float32Array;
  readonly hasher: Hasher;
  readonly clock: Clock;
  readonly events: RoundEvents;
}

/**
 * One peer's rounds: train → encode → sum up the tree → commit → decode → apply, again and again. It owns the replica, the
 * sums of the open round, and the talk with its neighbours about where the chain stands.
 */
export class Rounds {
  private readonly options: RoundOptions;
  private readonly codec: ReturnType<typeof createCodec>;
  private readonly sums: AllReduce;
  private readonly early;
  private readonly chain: ChainSync;
  private replica: Replica;
  private near: Neighbourhood | null = null;
  private isTraining = false;
  private isClosed = false;
  private hasFinished = false;
  private typicalMs: number | null = null;
  private cancelDeadline = (): void => {};
  private cancelStuck = (): void => {};
  /** Messages that were refused, by reason: a peer's mistakes are counted, never answered. */
  readonly refusals = new Map<Refusal, number>();

  constructor(options: RoundOptions) {
    const { scheme, trainer, parameters, hasher, config } = options;
    this.options = options;
    this.codec = createCodec(config.tree, trainer.layout.length);
    this.replica = firstReplica(scheme, trainer.layout, parameters, hasher);
    this.sums = new AllReduce(scheme, trainer.layout, this.replica);
    const bytes = mailboxSnapshots * snapshotBytes(trainer.layout.length, this.replica.common);
    this.early = createMailbox<{ readonly from: PeerId; readonly message: PeerMessage }>({ items: mailboxSize, bytes });
    this.chain = new ChainSync({
      replica: () => this.replica,
      version: () => this.version,
      isObserver: () => this.near?.standing == null,
      send: (to, message) => this.send(to, message),
      inStep: (tip) => {
        if (this.near?.standing == null) this.options.events.inStep(tip);
      },
    });
  }

  get tip(): Tip {
    return this.replica.tip;
  }

  /** The model as committed. Belongs to the rounds: copy it to keep it. */
  get parameters(): Float32Array {
    return this.replica.parameters;
  }

  // ── train → encode → sum ─────────────────────────────────────────────────────────────────────────────────────────

  /** Trains for the open round if this peer is in it and has not yet; hands Δ to the sums. Never called twice at once. */
  private async train(): Promise<void> {
    if (this.isTraining || !this.mayTrain()) return;
    this.isTraining = true;
    const { trainer, config, clock, scheme, events } = this.options;
    const { parameters, tip } = this.replica;
    const { position, members } = this.near!.standing!;
    const startedMs = clock.now();
    try {
      events.training(tip.round + 1);
      await trainer.load(parameters);
      const test = await trainer.evaluate({ part: position, of: members });
      const { localSteps: steps, batch, rate } = config;
      const local = await trainer.localUpdate({ round: tip.round + 1, steps, batch, rate });
      const weight = scheme.weighting === "samples" ? local.samples : 1;
      for (let i = 0; i < local.delta.length; i += 1) local.delta[i]! *= weight;
      const metrics = {
        trainingLoss: bounded(local.loss * local.samples),
        samples: local.samples,
        tested: test.count,
        correct: test.correct,
        testLoss: bounded(test.loss),
        trainingMs: clock.now() - startedMs,
      };
      this.contribute(tip.hash, local.delta, weight, metrics);
    } catch (cause) {
      if (!this.isClosed)
        events.notice(`training failed in round ${tip.round + 1}: ${String(cause)}; this peer sits the round out`);
      return;
    } finally {
      this.isTraining = false;
    }
    void this.train();
  }

  private mayTrain(): boolean {
    const isMember = this.near?.standing != null && this.near.roster.running;
    return isMember && !this.isClosed && !this.isOver() && !this.sums.hasContribution;
  }

  private contribute(start: Hash, x: Float32Array, weight: number, metrics: Metrics): void {
    if (this.isClosed) return;
    if (this.tip.hash === start) return this.perform(this.sums.contribute({ x, weight, metrics }));
    // The round went on without us: what we learned goes into the memory and is sent later.
    this.replica = { ...this.replica, own: this.sums.missed(x) };
  }

  // ── commit → decode → apply ──────────────────────────────────────────────────────────────────────────────────────

  private commit(decision: Decision): void {
    const { scheme, trainer, hasher, events } = this.options;
    this.replica = commit(this.replica, decision, scheme, trainer.layout, hasher);
    const { tip, previous } = this.replica;
    if (decision.hash !== null && decision.hash !== tip.hash) return this.diverged(tip.round);
    const total: Down = {
      kind: "down",
      version: this.version,
      committedBy: decision.committedBy,
      round: tip.round,
      previous,
      phase: decision.totals.length - 1,
      hash: tip.hash,
      part: decision.part,
    };
    const bytes = this.codec.encode(total);
    this.chain.record(total, bytes.length);
    for (const child of this.near?.children ?? []) void events.send(child, bytes.slice());
    this.typicalMs = decision.part.metrics.trainingMs / countOf(decision.part.contributors);
    events.committed(tip, decision);
    if (decision.hash === null) events.decided(tip);
    this.moved();
  }

  /** The chain stands elsewhere than before: the next round opens. */
  private moved(): void {
    this.perform(this.sums.open(this.replica));
    this.armTimers();
    if (this.near?.standing == null) this.options.events.inStep(this.tip);
    this.replay();
    if (this.isOver() && !this.hasFinished) {
      this.hasFinished = true;
      this.options.events.finished(this.tip);
    }
    void this.train();
  }

  /** Our bits differ from the root's: this replica proves nothing any more. A snapshot replaces it. */
  private diverged(round: number): void {
    this.options.events.notice(`round ${round}: this replica's hash differs from the root's; fetching the model anew`);
    this.replica = { ...this.replica, tip: { round: 0, version: noVersion, hash: "0".repeat(32) } };
    this.chain.reset();
    this.perform(this.sums.open(this.replica));
    this.askNeighbour();
  }

  // ── what happens around us ───────────────────────────────────────────────────────────────────────────────────────

  adopt(near: Neighbourhood): void {
    const isNewer = compareVersions(near.roster.version, this.version) > 0;
    this.near = near;
    if (!isNewer) return;
    this.perform(this.sums.adopt(near.standing));
    this.armTimers();
    this.askNeighbour();
    this.replay();
    void this.train();
  }

  opened(peer: PeerId): void {
    this.chain.say(peer);
    if (peer === this.near?.parent) this.perform(this.sums.resend());
  }

  lost(peer: PeerId): void {
    this.chain.forget(peer);
    const index = this.near?.children.indexOf(peer) ?? -1;
    if (index >= 0) this.perform(this.sums.lost(this.near!.standing!.place.children[index]!));
  }

  /** Bytes from a peer. Whatever they are, this returns. */
  receive(from: PeerId, bytes: Uint8Array): void {
    try {
      this.handle(from, this.codec.decode(bytes), bytes.length);
    } catch (cause) {
      if (!(cause instanceof Error && cause.name === "WireError")) throw cause;
      this.refuse("malformed");
    }
  }

  close(): void {
    this.isClosed = true;
    this.cancelDeadline();
    this.cancelStuck();
  }

  private handle(from: PeerId, message: PeerMessage, bytes: number): void {
    if (message.kind === "have") return this.chain.hear(from, message.tip, message.observer);
    // A roster that is on its way may make a neighbour of it.
    const fence = compareVersions(message.version, this.version);
    if (fence > 0 && message.kind !== "snapshot") return this.early.put({ from, message }, bytes);
    if (!this.isNear(from)) return this.refuse("not from a neighbour");
    if (message.kind === "snapshot") return this.takeSnapshot(message);
    if (fence < 0) return this.refuse("of an older roster");
    if (message.kind === "up") this.up(from, message, bytes);
    else this.down(from, message);
  }

  private up(from: PeerId, message: Up, bytes: number): void {
    const { tip } = this;
    if (message.round === tip.round + 1 && message.previous === tip.hash) {
      if (message.phase > this.sums.openPhase) return this.early.put({ from, message }, bytes);
      const position = this.near!.roster.members.findIndex(({ peer }) => peer === from);
      return this.perform(this.sums.up(position, message));
    }
    if (message.round > tip.round + 1) {
      this.early.put({ from, message }, bytes);
      return this.chain.say(from);
    }
    this.chain.hear(from, { round: message.round - 1, version: noVersion, hash: message.previous }, false);
  }

  private down(from: PeerId, message: Down): void {
    const { tip } = this;
    if (message.round === tip.round + 1 && message.previous === tip.hash) return this.perform(this.sums.down(message));
    if (message.round > tip.round) this.chain.say(from);
  }

  private takeSnapshot(snapshot: Snapshot): void {
    if (compareTips(snapshot.tip, this.tip) <= 0) return;
    if (!snapshotFits(snapshot, this.replica, this.options.hasher)) return this.refuse("a snapshot that does not fit");
    this.replica = adoptSnapshot(this.replica, snapshot, this.options.scheme);
    this.chain.reset();
    this.moved();
    this.askNeighbour();
  }

  private askNeighbour(): void {
    const peer = this.near?.parent ?? this.near?.sponsor;
    if (peer != null) this.chain.say(peer);
  }

  // ── small parts ──────────────────────────────────────────────────────────────────────────────────────────────────

  private perform(effects: readonly AllReduceEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "send") void this.send(this.near!.roster.members[effect.to]!.peer, effect.message);
      else if (effect.kind === "decided") this.commit(effect.decision);
      else this.refuse(effect.reason);
    }
  }

  private send(to: PeerId, message: PeerMessage): Promise<void> {
    return this.options.events.send(to, this.codec.encode(message));
  }

  private replay(): void {
    for (const { item, bytes } of this.early.takeAll()) this.handle(item.from, item.message, bytes);
  }

  private armTimers(): void {
    this.cancelDeadline();
    this.cancelStuck();
    const { clock, config } = this.options;
    const isWaiting = this.near !== null && !this.isOver() && !this.isClosed;
    if (!isWaiting) return;
    const { standing, roster } = this.near!;
    if (standing === null || roster.running) this.cancelStuck = clock.after(stuckMs, () => this.stuck());
    if (standing === null || !roster.running) return;
    const ms = deadlineMs(config.tree, standing.position, standing.members, this.typicalMs);
    this.cancelDeadline = clock.after(ms, () => this.perform(this.sums.deadline()));
  }

  private stuck(): void {
    this.askNeighbour();
    this.cancelStuck = this.options.clock.after(stuckMs, () => this.stuck());
  }

  private isNear(peer: PeerId): boolean {
    const { near } = this;
    return near !== null && (peer === near.parent || peer === near.sponsor || near.children.includes(peer));
  }

  private isOver(): boolean {
    const { rounds } = this.options.config;
    return rounds > 0 && this.tip.round >= rounds;
  }

  private refuse(reason: Refusal): void {
    this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1);
  }

  private get version() {
    return this.near?.roster.version ?? noVersion;
  }
}

/** A loss that grew beyond what a part may carry is shown as the largest that may. */
function bounded(value: number): number {
  return Math.min(value, mostPerContributor);
}
