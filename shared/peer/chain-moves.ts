import type { Tip } from "../base/tip.ts";
import type { PeerId } from "../base/transport.ts";
import type { MembershipEffect } from "../membership/membership-effect.ts";
import type { Decision } from "../reduce/all-reduce-types.ts";
import { countOf } from "../tree/contributors.ts";
import type { Down, Snapshot } from "../wire/messages.ts";
import { agree } from "../wire/short-hash.ts";
import type { Machines } from "./machines.ts";
import type { RoundHost, RoundOptions } from "./round-options.ts";
import type { Committed, Effect } from "./step.ts";

/** Effects in their order: each is performed before the next is asked for. */
type Effects = Generator<Effect, void, void>;

/** What follows where the chain, or the roster, becomes another one. */
export class ChainMoves {
  private readonly machines: Machines;
  private readonly host: RoundHost;
  private hasFinished = false;
  private hasClosed = false;
  /** Mean training time (ms) of those who counted in the last round. */
  private typicalMs: number | null = null;

  /** From where other rounds stood, the waits of the open round begin. */
  constructor(machines: Machines, { host, standing }: Pick<RoundOptions, "host" | "standing">) {
    this.machines = machines;
    this.host = host;
    if (standing === undefined) return;
    this.typicalMs = standing.moves.typicalMs;
    this.hasFinished = standing.moves.hasFinished;
    this.arm();
  }

  /** Nothing is to be done for these rounds any more. */
  get isClosed(): boolean {
    return this.hasClosed;
  }

  /** All that it knows, as plain data. */
  get standing() {
    return { typicalMs: this.typicalMs, hasFinished: this.hasFinished };
  }

  /** @param changes null: it is no new roster */
  *adopt(changes: readonly MembershipEffect[] | null): Effects {
    if (changes === null) return;
    const { sync, inbox, work } = this.machines;
    yield* changes;
    this.arm();
    yield* sync.request();
    yield* inbox.replay();
    yield* work.begin();
  }

  /** A total on top of the tip. If the chain proves invalid by it, one of the two peers is wrong. */
  *down(from: PeerId, message: Down): Effects {
    const { chain, membership, sums } = this.machines;
    yield* sums.down(message);
    if (chain.isInvalid) yield* membership.misbehaved(from, "contradiction");
  }

  /** A snapshot that came in pieces. */
  *whole({ from, bytes, hash }: Extract<Effect, { readonly kind: "whole" }>): Effects {
    const { inbox, sync } = this.machines;
    const { isTaken, effects } = inbox.whole(from, bytes);
    yield* effects;
    if (!isTaken) sync.refuse(from, hash);
  }

  /** A Δ whose round is past goes into the residual, to be sent later. */
  trained({ start, contribution }: Extract<Effect, { readonly kind: "trained" }>): readonly Effect[] {
    const { chain, sums } = this.machines;
    if (this.hasClosed) return [];
    if (chain.tip.hash === start.hash) return sums.contribute(contribution);
    chain.remember(sums.onExcluded(contribution.x));
    return [];
  }

  /** One that comes after its round is no answer to what the next round's method asks. */
  answeredAsk({ version, start, answer }: Extract<Effect, { readonly kind: "answered-ask" }>): readonly Effect[] {
    const { chain, sums } = this.machines;
    return this.hasClosed || chain.tip.hash !== start.hash ? [] : sums.answer(version, answer);
  }

  /** The open round is decided. */
  *commit(decided: Decision): Effects {
    const { chain, sync } = this.machines;
    const confirmed = chain.tip;
    const decision = chain.commit(decided);
    const { tip, previous } = chain.replica;
    if (decision.hash !== null && !agree(decision.hash, tip.hash)) return yield* this.diverged(tip);
    yield* sync.passOn(decision);
    this.typicalMs = decision.part.metrics.trainingMs / countOf(decision.part.contributors);
    yield { kind: "committed", tip, previous, decision, confirmed };
    yield* this.moved();
  }

  committed({ tip, decision, confirmed }: Committed): void {
    const { host } = this;
    host.committed(tip, decision, this.machines.outbox.takeBreakdown());
    if (confirmed.round > 0) host.confirmed(confirmed.round, confirmed.hash);
    if (decision.hash === null) host.decided(tip);
  }

  /** The bits of this replica differ from the root's. A snapshot replaces them. */
  private *diverged(tip: Tip): Effects {
    const { chain, sums, sync } = this.machines;
    yield { kind: "diverged", tip };
    this.host.notice(`round ${tip.round}: this replica's hash differs from the root's; fetching the model anew`);
    chain.invalidate();
    sync.reset();
    yield* sums.open(chain.replica);
    yield* sync.request();
  }

  /** A greater chain's snapshot takes the place of this peer's chain. */
  *replace(snapshot: Snapshot): Effects {
    const { chain, membership, sums, sync } = this.machines;
    // Another roster's total came to the same model: what is not this peer's to give any more, it gives under another roster.
    const isSameModel = chain.tip.hash === snapshot.tip.hash;
    const { isInvalid } = chain;
    this.host.reconciled(chain.replace(snapshot, sums.abandon()));
    sync.reset();
    yield* this.moved();
    yield* sync.request();
    // What its children gave in the open round is gone, and they give it again only under another roster.
    if (isSameModel || (isInvalid && membership.children.length > 0)) this.host.voided(chain.tip);
  }

  /** The chain stands elsewhere than before: the next round opens. */
  private *moved(): Effects {
    const { chain, membership, sums, inbox, work } = this.machines;
    yield* sums.open(chain.replica);
    this.arm();
    if (membership.isObserver) this.host.inStep(chain.tip);
    this.tellIfVoid();
    yield* inbox.replay();
    this.tellIfOver();
    yield* work.begin();
    yield* membership.moved();
  }

  /** Nothing has happened for a while. */
  *lookAround(isOverdue: boolean): Effects {
    const { membership, sync, work } = this.machines;
    const { near, hasLostRoot } = membership;
    yield* sync.request();
    const place = near?.treePosition?.place;
    if (place !== undefined) this.host.idle({ isRoot: place.parent === null, hasLostRoot, isOverdue });
    sync.lookAround();
    // Neither state lasts: a failed training is tried again, and a peer that can give nothing asks for a new roster once more.
    yield* work.retry();
    this.tellIfVoid();
  }

  /** The waits of the open round begin anew. */
  arm(): void {
    const { chain, membership, timers } = this.machines;
    const { near } = membership;
    if (near !== null && !chain.isOver && !this.hasClosed) timers.arm(near, this.typicalMs);
    else timers.stop();
  }

  /** Says once that the run is over, if it is: with its last commit, or at once where its chain begins at or past its end. */
  tellIfOver(): void {
    const { chain } = this.machines;
    if (!chain.isOver || this.hasFinished) return;
    this.hasFinished = true;
    this.host.finished(chain.tip);
  }

  close(): void {
    const { timers, work } = this.machines;
    this.hasClosed = true;
    timers.close();
    work.close();
  }

  private tellIfVoid(): void {
    const { chain, sums } = this.machines;
    if (sums.isVoid) this.host.voided(chain.tip);
  }
}
