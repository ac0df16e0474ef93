import { AllReduce } from "../aggregate/all-reduce.ts";
import type { AllReduceEffect, Contribution, Decision } from "../aggregate/all-reduce-types.ts";
import { countOf } from "../aggregate/contributors.ts";
import { type ContextOf, createContexts } from "../compress/context.ts";
import type { OwnAsk } from "../compress/types.ts";
import { compareTips } from "../signaling/guest.ts";
import type { Tip } from "../signaling/messages.ts";
import { compareVersions, noVersion, type Version } from "../signaling/version.ts";
import type { PeerId } from "../transport.ts";
import type { State } from "../update.ts";
import { type Codec, createCodec } from "../wire/message-code.ts";
import type { Down, Fetch, Foster, Have, PeerMessage, Piece, Snapshot, Up } from "../wire/messages.ts";
import { addSections, noSections, type Sections } from "../wire/sections.ts";
import { sumShapesOf } from "../wire/sum-shape.ts";
import { ChainTalk } from "./chain-talk.ts";
import type { Checkpoint, KeptMemory } from "./checkpoint.ts";
import { Distrust } from "./distrust.ts";
import { Fostering } from "./fostering.ts";
import { History } from "./history.ts";
import { keepMemory, settleKept } from "./kept-memory.ts";
import { snapshotBytes } from "./limits.ts";
import { LocalWork } from "./local-work.ts";
import type { Neighbourhood } from "./neighbours.ts";
import { PeerInbox, type Refusal, type Verdict } from "./peer-inbox.ts";
import { reconcile } from "./reconcile.ts";
import { adoptSnapshot, commit, type Replica, snapshotFits } from "./replica.ts";
import type { RoundOptions } from "./round-options.ts";
import { createRoundTimers, type RoundTimers } from "./round-timers.ts";
import { startReplica } from "./start-replica.ts";
import type { Evaluation } from "./trainer.ts";

/** How many snapshots' worth of early messages are kept: dense sums of a handful of neighbours. */
const mailboxSnapshots = 8;
/** How many vectors of d floats the shares may take that would be given back if rounds were undone. */
const historyVectors = 8;

/**
 * One peer's rounds: train → encode → sum up the tree → commit → decode → apply, again and again. It owns the replica, the
 * sums of the open round, and the talk with its neighbours about where the chain stands.
 */
export class Rounds {
  private readonly options: RoundOptions;
  private readonly codec: Codec;
  private readonly contextOf: ContextOf;
  private readonly inbox: PeerInbox;
  private readonly sums: AllReduce;
  private readonly chain: ChainTalk;
  private readonly timers: RoundTimers;
  private readonly work: LocalWork;
  private readonly fostering: Fostering;
  private readonly distrust: Distrust;
  private replica: Replica;
  private readonly history: History;
  /** Δ that a former life of this peer had in the round after the checkpoint's, until that is settled. */
  private former: Float32Array | null;
  private near: Neighbourhood | null = null;
  /** Whose link is gone, until it is back: no sum waits for them, whatever the roster. */
  private readonly missing = new Set<PeerId>();
  /** The last roster under which this peer has promised to give nothing more. */
  private held: Version | null = null;
  private isClosed = false;
  private hasFinished = false;
  private typicalMs: number | null = null;
  /** What the messages since the last commit were made of. */
  private sent: Sections = noSections;

  constructor(options: RoundOptions) {
    const { scheme, trainer, config } = options;
    this.options = options;
    this.codec = createCodec(
      config.tree,
      trainer.layout.length,
      sumShapesOf(scheme.phases(trainer.layout, { round: 1, members: 1 })),
    );
    this.contextOf = createContexts({ seed: config.seed, seat: options.seat, parameters: () => this.replica.parameters });
    const start = startReplica(options);
    this.replica = start.replica;
    this.history = new History(historyVectors * trainer.layout.length);
    this.history.replace(start.headers, start.claims);
    this.former = start.open;
    this.sums = new AllReduce(scheme, trainer.layout, this.replica, this.contextOf);
    const ground = {
      version: () => this.version,
      isNear: (peer: PeerId) => this.isNear(peer),
      have: (from: PeerId, message: Have) => this.chain.hear(from, message),
      up: (from: PeerId, message: Up) => this.up(from, message),
      down: (from: PeerId, message: Down) => this.down(from, message),
      snapshot: (message: Snapshot) => this.takeSnapshot(message),
      piece: (from: PeerId, message: Piece) => this.chain.piece(from, message),
      fetch: (from: PeerId, message: Fetch) => this.chain.fetch(from, message),
      foster: (from: PeerId, { wanted }: Foster) => (this.fostering.asked(from, wanted) ? null : "not from a neighbour"),
    };
    const mailboxBytes = mailboxSnapshots * snapshotBytes(trainer.layout.length, this.replica.common);
    this.distrust = new Distrust((peer, reason) => options.events.distrusted(peer, reason));
    this.inbox = new PeerInbox(this.codec, ground, { mailboxBytes, distrust: this.distrust });
    this.timers = createRoundTimers(options.clock, config, {
      deadline: () => this.perform(this.sums.deadline()),
      lookAround: (isOverdue) => this.lookAround(isOverdue),
      overdue: () => options.events.overdue(this.version),
    });
    const isObserver = (): boolean => this.near?.standing == null;
    const talk = {
      replica: () => this.replica,
      headers: () => this.history.headers,
      version: () => this.version,
      isObserver,
      isSponsored: (observer: PeerId) => !(this.near?.roster.members.some(({ peer }) => peer === observer) ?? false),
      send: (to: PeerId, message: PeerMessage) => this.send(to, message),
      inStep: (tip: Tip) => {
        if (isObserver()) options.events.inStep(tip);
      },
      encode: () => this.codec.encode({ kind: "snapshot", version: this.version, ...this.everything }),
      take: (bytes: Uint8Array) => this.inbox.takeWhole(bytes),
      progress: (received: number, total: number) => options.events.progress(received, total),
    };
    this.chain = new ChainTalk(talk, options.pieceBytes);
    this.fostering = new Fostering({
      clock: options.clock,
      isOpen: (peer) => options.events.isOpen(peer),
      ask: (peer, wanted) => {
        void this.send(peer, { kind: "foster", version: this.version, wanted });
        if (wanted) this.chain.say(peer);
      },
      turnTo: (position) => this.perform(this.sums.turnTo(position)),
      takeIn: (position) => this.sums.takeIn(position),
      release: (position) => this.perform(this.sums.lost(position)),
    });
    this.work = new LocalWork(options, {
      next: () => this.nextTraining(),
      started: (round) => options.events.training(round),
      done: (start, contribution) => this.contribute(start, contribution),
      failed: (round, cause) => options.events.notice(`training failed in round ${round}: ${String(cause)}; trying again`),
    });
  }

  get tip(): Tip {
    return this.replica.tip;
  }

  /** Of the roster that committed the tip; 0 before the first commit. */
  get committers(): number {
    return this.history.headers.at(-1)?.contributors.members ?? 0;
  }

  /** The model as committed. Belongs to the rounds: copy it to keep it. */
  get parameters(): Float32Array {
    return this.replica.parameters;
  }

  /** What this peer alone keeps between rounds: its memory; null while void. */
  get own(): State | null {
    return this.replica.own;
  }

  /** What all peers keep of the scheme, alike. */
  get common(): State {
    return this.replica.common;
  }

  /** The replica and what led to it, as a snapshot has it. */
  private get everything() {
    const { tip, previous, parameters, common } = this.replica;
    return { tip, previous, headers: this.history.headers, parameters, common };
  }

  /** Of messages that came too early. */
  get waitingBytes(): number {
    return this.inbox.waitingBytes;
  }

  // ── train → encode → sum ─────────────────────────────────────────────────────────────────────────────────────────

  /** What to train for: the open round, if this peer is in it and has not given anything yet. */
  private nextTraining() {
    const standing = this.near?.standing;
    const isDue =
      standing != null && this.near!.roster.running && !this.isOver() && !this.sums.hasContribution && !this.sums.isVoid;
    return isDue ? { tip: this.tip, parameters: this.parameters, standing } : null;
  }

  /** Δ is ready: it goes into the sum of the round after `start`; if that is past, into the memory, to be sent later. */
  private contribute(start: Tip, contribution: Contribution): void {
    if (this.tip.hash === start.hash) this.perform(this.sums.contribute(contribution));
    else this.replica = { ...this.replica, own: this.sums.missed(contribution.x) };
  }

  /** The committed model on the whole held-out set. */
  evaluate(): Promise<Evaluation> {
    return this.work.evaluate(this.parameters);
  }

  // ── commit → decode → apply ──────────────────────────────────────────────────────────────────────────────────────

  private commit(decided: Decision): void {
    const { trainer, events, scheme } = this.options;
    const kept = { open: this.former, claims: this.history.claims };
    const decision = settleKept(decided, this.replica, kept, scheme);
    this.former = null;
    const confirmed = this.tip;
    this.replica = commit(this.replica, decision, { ...this.options, layout: trainer.layout, contextOf: this.contextOf });
    const { tip, previous } = this.replica;
    const { contributors } = decision.part;
    this.history.push({ round: tip.round, version: tip.version, contributors, hash: tip.hash, previous }, decision.claims);
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
    const { bytes, sections } = this.codec.encodeMeasured(total);
    // The total of a last phase does nothing for who missed the phases before it: those get a snapshot.
    if (total.phase === 0) this.chain.record(total, bytes.length);
    for (const child of [...(this.near?.children ?? []), ...this.fostering.children]) {
      this.sent = addSections(this.sent, sections);
      void events.send(child, bytes.slice());
    }
    this.typicalMs = decision.part.metrics.trainingMs / countOf(contributors);
    events.committed(tip, decision, { previous, sent: this.sent });
    this.sent = noSections;
    if (confirmed.round > 0) events.confirmed(confirmed.round, confirmed.hash);
    if (decision.hash === null) events.decided(tip);
    this.moved();
  }

  /** The chain stands elsewhere than before: the next round opens. */
  private moved(): void {
    this.distrust.moved();
    this.perform(this.sums.open(this.replica));
    this.armTimers();
    if (this.near?.standing == null) this.options.events.inStep(this.tip);
    if (this.sums.isVoid) this.options.events.voided(this.tip);
    this.inbox.replay();
    if (this.isOver() && !this.hasFinished) {
      this.hasFinished = true;
      this.options.events.finished(this.tip);
    }
    this.work.begin();
  }

  /** Our bits differ from the root's: this replica proves nothing any more. A snapshot replaces it. */
  private diverged(round: number): void {
    this.options.events.notice(`round ${round}: this replica's hash differs from the root's; fetching the model anew`);
    this.replica = { ...this.replica, tip: { round: 0, version: noVersion, hash: "0".repeat(32) } };
    this.chain.reset();
    this.perform(this.sums.open(this.replica));
    this.askNeighbour();
    if (this.source !== null) this.distrust.hearContradiction(this.source);
  }

  // ── what happens around us ───────────────────────────────────────────────────────────────────────────────────────

  /** A roster, or an observer's new sponsor under the same one. An older roster is ignored. */
  adopt(near: Neighbourhood): void {
    const age = compareVersions(near.roster.version, this.version);
    if (age < 0) return;
    this.near = near;
    if (age === 0) return;
    this.distrust.adopt((peer) => this.isNear(peer));
    this.perform(this.sums.adopt(near.standing, { parent: this.fostering.adopt(near), isHeld: this.holds !== null }));
    this.passOverMissing();
    this.armTimers();
    this.askNeighbour();
    this.inbox.replay();
    this.work.begin();
  }

  /** A roster may still name who has just gone. */
  private passOverMissing(): void {
    for (const peer of [...this.missing]) {
      const position = this.childPosition(peer);
      if (position === null) this.missing.delete(peer);
      else this.perform(this.sums.lost(position));
    }
  }

  /** Until there is a newer roster than this, this peer adds to no sum and makes no total. It passes on what others give. */
  hold(version: Version): void {
    if (this.held !== null && compareVersions(version, this.held) <= 0) return;
    this.held = version;
    if (this.holds !== null) this.perform(this.sums.hold());
  }

  /** The roster up to which this peer gives nothing; null: it gives. */
  get holds(): Version | null {
    return this.held !== null && compareVersions(this.version, this.held) <= 0 ? this.held : null;
  }

  opened(peer: PeerId): void {
    this.missing.delete(peer);
    if (!this.near?.spares.some((spare) => spare.peer === peer)) this.chain.say(peer);
    const position = this.childPosition(peer);
    if (position !== null) this.sums.found(position);
    this.fostering.opened(peer);
  }

  lost(peer: PeerId): void {
    this.missing.add(peer);
    this.chain.lost(peer);
    const position = this.childPosition(peer);
    if (position !== null) this.perform(this.sums.lost(position));
    this.fostering.lost(peer);
  }

  /** Bytes from a peer. Whatever they are, this returns. */
  receive(from: PeerId, bytes: Uint8Array): void {
    this.inbox.receive(from, bytes);
  }

  get refusals(): ReadonlyMap<Refusal, number> {
    return this.inbox.refusals;
  }

  close(): void {
    this.isClosed = true;
    this.timers.stop();
    this.fostering.close();
    this.work.close();
  }

  /** What a checkpoint holds of the chain; null where there is nothing yet, or nothing that can be relied on. Not to be changed. */
  get standing(): Pick<Checkpoint, "tip" | "previous" | "headers" | "parameters" | "common"> | null {
    return this.tip.round === 0 ? null : this.everything;
  }

  /** Ends these rounds for good: nothing leaves this peer any more. What of its memory can be kept. */
  retire(): KeptMemory | null {
    this.close();
    const { scheme, trainer } = this.options;
    const past = { claims: this.history.claims, open: this.sums.abandon(), former: this.former };
    // A memory on a device is out of reach.
    return trainer.scheme === undefined ? keepMemory(scheme, this.replica, past) : null;
  }

  private up(from: PeerId, message: Up): Verdict {
    const { tip } = this;
    if (message.round === tip.round + 1 && message.previous === tip.hash) {
      this.perform(
        this.sums.up(
          this.near!.roster.members.findIndex(({ peer }) => peer === from),
          message,
        ),
      );
      return null;
    }
    if (message.round > tip.round + 1) {
      this.chain.say(from);
      return "early";
    }
    this.chain.hear(from, { tip: { round: message.round - 1, version: noVersion, hash: message.previous }, observer: false });
    return null;
  }

  private down(from: PeerId, message: Down): Verdict {
    const { tip } = this;
    if (message.round <= tip.round) return null;
    // A child cannot know a total of this roster before its parent.
    const isCurrent = compareVersions(message.committedBy, this.version) === 0;
    if (isCurrent && (this.childPosition(from) !== null || this.fostering.children.includes(from))) return "a total from a child";
    if (message.round === tip.round + 1 && message.previous === tip.hash) this.perform(this.sums.down(message));
    else {
      this.distrust.hearUnfit(from);
      this.chain.say(from);
    }
    return null;
  }

  private takeSnapshot(snapshot: Snapshot): Verdict {
    if (compareTips(snapshot.tip, this.tip) <= 0) return null;
    if (!snapshotFits(snapshot, this.replica, this.options.hasher)) return "a snapshot that does not fit";
    const { scheme, events } = this.options;
    const { headers, claims } = this.history;
    const stand = {
      scheme,
      tip: this.tip,
      own: this.replica.own,
      headers,
      claims,
      open: this.sums.abandon(),
      former: this.former,
    };
    this.former = null;
    const outcome = reconcile(stand, snapshot.headers);
    this.replica = adoptSnapshot({ ...this.replica, own: outcome.own }, snapshot, scheme);
    this.history.replace(snapshot.headers, outcome.claims);
    events.reconciled(outcome);
    this.chain.reset();
    this.moved();
    this.askNeighbour();
    return null;
  }

  private askNeighbour(): void {
    if (this.source !== null) this.chain.say(this.source);
  }

  /** Who gives this peer its totals. */
  private get source(): PeerId | null {
    return this.fostering.parent ?? this.near?.sponsor ?? null;
  }

  // ── small parts ──────────────────────────────────────────────────────────────────────────────────────────────────

  private perform(effects: readonly AllReduceEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "send") void this.send(this.near!.roster.members[effect.to]!.peer, effect.message);
      else if (effect.kind === "decided") this.commit(effect.decision);
      else if (effect.kind === "phase") this.armTimers();
      else if (effect.kind === "asked") void this.answer(effect.version, effect.ask);
      else this.inbox.refuse(effect.reason);
    }
  }

  /** A method asked for something while it encodes. What fails is trained for anew when nothing happens for a while. */
  private async answer(version: Version, ask: OwnAsk): Promise<void> {
    const { tip } = this;
    const answer = await this.work.answer(ask, tip.round + 1);
    // One that comes after its round is no answer to what the next round's method asks.
    if (!this.isClosed && this.tip.hash === tip.hash) this.perform(this.sums.answer(version, answer));
  }

  private send(to: PeerId, message: PeerMessage): Promise<void> {
    const { bytes, sections } = this.codec.encodeMeasured(message);
    this.sent = addSections(this.sent, sections);
    return this.options.events.send(to, bytes);
  }

  private armTimers(): void {
    if (this.near !== null && !this.isOver() && !this.isClosed) this.timers.arm(this.near, this.typicalMs);
    else this.timers.stop();
  }

  /** Nothing has happened for a while. */
  private lookAround(isOverdue: boolean): void {
    this.askNeighbour();
    const place = this.near?.standing?.place;
    if (place !== undefined) {
      const hasLostRoot = place.parent === 0 && this.fostering.isCutOff;
      this.options.events.idle({ isRoot: place.parent === null, hasLostRoot, isOverdue });
    }
    this.chain.lookAround();
    // Neither state lasts: a failed training is tried again, and a peer that can give nothing asks for a new roster once more.
    this.work.retry();
    if (this.sums.isVoid) this.options.events.voided(this.tip);
  }

  private childPosition(peer: PeerId): number | null {
    const index = this.near?.children.indexOf(peer) ?? -1;
    return index < 0 ? null : this.near!.standing!.place.children[index]!;
  }

  private isNear(peer: PeerId): boolean {
    const { near } = this;
    if (near === null) return false;
    return peer === near.parent || peer === near.sponsor || near.children.includes(peer) || this.fostering.isKin(peer);
  }

  private isOver(): boolean {
    const { rounds } = this.options.config;
    return rounds > 0 && this.tip.round >= rounds;
  }

  private get version() {
    return this.near?.roster.version ?? noVersion;
  }
}
