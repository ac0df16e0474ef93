import type { Layout } from "../base/layout.ts";
import type { Tip } from "../base/tip.ts";
import { compareVersions, type Version } from "../base/version.ts";
import type { ContextOf } from "../compress/context.ts";
import type { Answer, Ask, Encoded, Scheme } from "../compress/types.ts";
import { type Contributors, includes } from "../tree/contributors.ts";
import type { Delta } from "../vector/device-vector.ts";
import { scaled } from "../vector/scaled.ts";
import { type State, type Update, zeroUpdate } from "../vector/update.ts";
import type { Contribution, Decision, OpenRound, RoundBase, TreePosition, UndoRecord } from "./all-reduce-types.ts";
import { type Attempt, Attempts } from "./attempts.ts";

/** What a decided round makes of the peer's residual. */
export type Outcome = Pick<Decision, "counted" | "local" | "undoLog">;

/**
 * What one peer has in the open round: its residual, its contribution, and an encoding of both for each roster under which it
 * takes part. Nothing is taken from the residual before a total is known, and then by the encoding for the roster that made it.
 */
export class PendingContribution {
  private readonly scheme: Scheme<State, State, Delta>;
  private readonly layout: Layout;
  private readonly contextOf: ContextOf;
  /** Length of the updates of each phase, the same at every round. */
  private readonly lengths: readonly number[];
  private base: RoundBase;
  private given: Contribution | null = null;
  private readonly attempts = new Attempts();
  /** What this peer rejected as a root that had nothing of its own in the sum. */
  private orphan: { readonly version: Version; readonly rest: Update } | null = null;

  constructor(scheme: Scheme<State, State, Delta>, layout: Layout, base: RoundBase, contextOf: ContextOf) {
    this.scheme = scheme;
    this.layout = layout;
    this.base = base;
    this.contextOf = contextOf;
    this.lengths = scheme.phases(layout, { round: 1, members: 1 }).map(({ length }) => length);
  }

  /** On top of which the round is. */
  get tip(): Tip {
    return this.base.tip;
  }

  /** The scheme's state that the round begins with. */
  get replicated(): State {
    return this.base.replicated;
  }

  get contribution(): Contribution | null {
    return this.given;
  }

  /** The next round, on top of `base`: there is nothing in it yet. */
  open(base: RoundBase): void {
    this.base = base;
    this.given = null;
    this.attempts.clear();
    this.orphan = null;
  }

  contribute(contribution: Contribution): void {
    this.given = contribution;
  }

  /** Δ of a round that is past came in after its commit: it goes into the residual. Nothing of the open round is touched. */
  onExcluded(x: Delta): State | null {
    const { local } = this.base;
    if (local !== null) this.base = { ...this.base, local: this.scheme.onExcluded(x, local) };
    return this.base.local;
  }

  /** Whether this peer has nothing to encode from under that roster. */
  isVoid(version: Version): boolean {
    const { tip, local } = this.base;
    return local === null && compareVersions(tip.version, version) === 0;
  }

  /** What there is, for who must know it when the chain is replaced. Ends the round's attempts. */
  abandon(): OpenRound {
    return { x: this.given?.x ?? null, undoLog: this.undoLog(null), hasForgotten: this.attempts.hasForgotten };
  }

  /**
   * Encodes the contribution under a roster, once.
   * @returns what the method asks for first; null where there is nothing to encode, or it was encoded before
   */
  encode({ version, position, members }: TreePosition): Ask | null {
    const base = this.localBase(version);
    if (this.given === null || base === null || this.attempts.of(version) !== undefined) return null;
    const { x, weight } = this.given;
    const context = this.contextOf({ layout: this.layout, round: this.tip.round + 1, members, position, weight });
    const exchange = this.scheme.encode(x, base, this.base.replicated, context);
    const attempt: Attempt = { version, position, exchange, phase: 0, rest: this.nothing(0), isAsking: false };
    this.attempts.add(attempt);
    return this.asked(attempt, exchange.next());
  }

  /** What the attempt under that roster asked for in that phase. @returns what its method asks for next; null: it asked for nothing */
  answer(version: Version, phase: number, answer: Answer): Ask | null {
    const attempt = this.attempts.of(version);
    if (attempt === undefined || !attempt.isAsking || attempt.phase !== phase) return null;
    return this.asked(attempt, attempt.exchange.next(answer));
  }

  /**
   * What an attempt asked for does not come, and never will if the device is lost that the contribution was on. Before the first sum
   * there is no contribution any more then, so that another can be given; what is in sums already stays in them.
   */
  retract(version: Version): void {
    const attempt = this.attempts.of(version);
    if (attempt === undefined || !attempt.isAsking || attempt.phase > 0) return;
    this.attempts.drop(attempt);
    this.given = null;
  }

  /**
   * This peer's own merge rejected something in a sum of that roster. In a sum before the last one only a method knows what it is: it
   * is nothing of an update.
   */
  reject(version: Version, phase: number, rest: Update): void {
    const attempt = this.attempts.of(version);
    if (attempt?.phase === phase && !attempt.isAsking) attempt.rest = rest;
    else if (phase === this.lengths.length - 1) this.orphan = { version, rest };
  }

  /** The total of a phase that is not the last. @returns what the method asks for next; null: this peer is not in that sum */
  resume(version: Version, phase: number, contributors: Contributors, total: Update): Ask | null {
    const attempt = this.attempts.of(version);
    if (attempt === undefined || !isIn(attempt, phase, contributors)) return null;
    const step = attempt.exchange.next({ kind: "reduced", total, rest: attempt.rest });
    attempt.phase = phase + 1;
    attempt.rest = this.nothing(attempt.phase);
    return this.asked(attempt, step);
  }

  /** The totals of all phases, which `version` made. Ends the round's attempts. */
  settle(version: Version, contributors: Contributors, totals: readonly Update[]): Outcome {
    const attempt = this.attempts.of(version);
    const undoLog = this.undoLog(version);
    if (attempt === undefined || !isIn(attempt, this.lengths.length - 1, contributors)) {
      const orphan = this.orphanOf(version, contributors, totals);
      return this.uncounted(version, { undoLog, orphan });
    }
    const total = totals.at(-1)!;
    const step = attempt.exchange.next({ kind: "reduced", total, rest: attempt.rest });
    if (step.done !== true) throw new Error(`expected a scheme to ask for ${this.lengths.length} sums, got more`);
    const { local, delivered } = step.value;
    return { counted: true, local, undoLog: [...undoLog, this.record({ version, position: attempt.position, delivered })] };
  }

  /** What this peer rejected of that total as a root that had nothing of its own in it, in the coordinates of updates. */
  private orphanOf(version: Version, { members }: Contributors, totals: readonly Update[]): Update | null {
    if (this.orphan === null || compareVersions(this.orphan.version, version) !== 0) return null;
    const { rest } = this.orphan;
    const last = this.scheme.phases(this.layout, { round: this.tip.round + 1, members }, this.base.replicated).at(-1)!;
    return last.place === undefined ? rest : last.place(rest, totals.slice(0, -1));
  }

  /** What a total that this peer is not in makes of its residual. `undoLog`: of the attempts under other rosters. */
  private uncounted(
    version: Version,
    { undoLog, orphan }: { readonly undoLog: readonly UndoRecord[]; readonly orphan: Update | null },
  ): Outcome {
    const base = this.localBase(version);
    // Whether a forgotten attempt counted is not known: adding nothing cannot count it twice.
    const mayHaveCounted = this.given !== null && this.attempts.hasForgotten && this.attempts.of(version) === undefined;
    let local = base;
    if (local !== null && this.given !== null && !mayHaveCounted) local = this.scheme.onExcluded(this.given.x, local);
    if (local !== null && orphan !== null) local = this.scheme.onRollback(orphan, local);
    // Without its Δ in the residual nothing can be taken from it.
    const held = mayHaveCounted ? [] : [...undoLog];
    if (orphan !== null) held.push(this.record({ version, position: null, delivered: scaled(orphan, -1) }));
    return { counted: mayHaveCounted ? null : false, local, undoLog: held };
  }

  /** The local state that a round under `version` builds on: reset where the members changed since the tip (EF21: g_i := g). */
  private localBase(version: Version): State | null {
    const { tip, local, replicated } = this.base;
    if (compareVersions(tip.version, version) === 0) return local;
    return this.scheme.onMembershipChange(local ?? this.scheme.init(this.layout).local, replicated);
  }

  /** A method has gone one step further, and is not at its end. */
  private asked(attempt: Attempt, step: IteratorResult<Ask, Encoded>): Ask {
    if (step.done === true) throw new Error(`expected a scheme to ask for ${this.lengths.length} sums, got ${attempt.phase}`);
    attempt.isAsking = step.value.kind !== "reduce";
    return step.value;
  }

  private undoLog(decided: Version | null): UndoRecord[] {
    const last = this.lengths.length - 1;
    return this.attempts.undoLog(last, this.lengths[last]!, decided).map((record) => this.record(record));
  }

  /** The undo record of an attempt of the open round. */
  private record(record: Omit<UndoRecord, "round" | "previous">): UndoRecord {
    return { round: this.tip.round + 1, previous: this.tip.hash, ...record };
  }

  private nothing(phase: number): Update {
    return zeroUpdate(this.lengths[phase]!);
  }
}

/** Whether an attempt's summand of that phase is in the sum that these have made. */
function isIn({ phase, position, isAsking }: Attempt, ofSum: number, contributors: Contributors): boolean {
  return phase === ofSum && !isAsking && includes(contributors, position);
}
