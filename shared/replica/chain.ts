import type { Tip } from "../base/tip.ts";
import { noVersion } from "../base/version.ts";
import { type ContextOf, createContexts } from "../compress/context.ts";
import type { Decision, OpenRound } from "../reduce/all-reduce-types.ts";
import { isOver } from "../run/is-over.ts";
import type { State } from "../vector/update.ts";
import type { Down, Header, Snapshot, Up } from "../wire/messages.ts";
import type { Checkpoint, KeptResidual } from "./checkpoint.ts";
import { History } from "./history.ts";
import { keepResidual, settleKept } from "./kept-residual.ts";
import { type Reconciled, reconcile } from "./reconcile.ts";
import { adoptSnapshot, commit, type Replica, snapshotFits } from "./replica.ts";
import { type ChainOptions, startReplica } from "./start-replica.ts";

/** How many vectors of d floats the delivered updates may take that are kept for rounds that may be undone. */
const historyVectors = 8;

/** The tip reported while the replica is invalid; compares below every real tip. */
const invalidTip: Tip = { round: 0, version: noVersion, hash: "0".repeat(32) };

/**
 * One peer's copy of the chain of commits: the replica at its tip, the headers of the last rounds that led there, and what their
 * totals take from this peer's residual. A decided round is put on top of it; a greater chain's snapshot replaces it.
 */
export class Chain {
  /** Contexts of the peer's methods: they start from the replica's parameters. */
  readonly contextOf: ContextOf;
  private readonly options: ChainOptions;
  private readonly history: History;
  private current: Replica;
  private invalid: boolean;
  /** Δ that a former life of this peer had in the round after the checkpoint's, until that is settled. */
  private former: Float32Array | null;

  /** @throws {CheckpointError} if the checkpoint to go on from is of another model */
  constructor(options: ChainOptions) {
    const { config, seat, trainer } = options;
    const { replica, headers, undoLog, open } = startReplica(options);
    this.options = options;
    this.current = replica;
    this.invalid = options.parameters === null && options.restored == null;
    this.former = open;
    this.history = new History(historyVectors * trainer.layout.length);
    this.history.replace(headers, undoLog);
    this.contextOf = createContexts({ seed: config.seed, seat, parameters: () => this.current.parameters });
  }

  get replica(): Replica {
    return this.current;
  }

  /** All of the chain that later decisions depend on, as plain data without the model. `isVoid`: this peer's own state is (see `RoundBase`). */
  get standing() {
    const { tip, previous, local } = this.current;
    const undoLog = this.history.undoLog.map(({ delivered: _delivered, ...known }) => known);
    return { tip, previous, headers: this.headers, undoLog, isVoid: local === null, hasFormer: this.former !== null };
  }

  /** Where this peer stands, as it tells others. */
  get tip(): Tip {
    return this.invalid ? invalidTip : this.current.tip;
  }

  /** Whether the replica's bits are not the root's, or not there yet: it proves nothing any more, and any snapshot is of a greater chain. */
  get isInvalid(): boolean {
    return this.invalid;
  }

  /** Whether all rounds of the run are committed. */
  get isOver(): boolean {
    return isOver(this.options.config, this.tip);
  }

  /** Headers of the last rounds that led to the tip, oldest first. */
  get headers(): readonly Header[] {
    return this.history.headers;
  }

  /** Members of the roster that committed the tip; 0 before the first commit. */
  get committers(): number {
    return this.headers.at(-1)?.contributors.members ?? 0;
  }

  /** The replica and what led to it, as a snapshot and a checkpoint have it. Not to be changed. */
  get state(): Pick<Checkpoint, "tip" | "previous" | "headers" | "parameters" | "replicated"> {
    const { tip, previous, parameters, replicated } = this.current;
    return { tip, previous, headers: this.headers, parameters, replicated };
  }

  /** Whether a message is of the open round, on top of this tip. */
  isNext({ round, previous }: Pick<Up | Down, "round" | "previous">): boolean {
    return !this.invalid && round === this.tip.round + 1 && previous === this.tip.hash;
  }

  /** The open round is decided: its total is applied and hashed. @returns the decision, with what a former life of this peer had in it */
  commit(decided: Decision): Decision {
    const { scheme, trainer, hasher } = this.options;
    const kept = { open: this.former, undoLog: this.history.undoLog };
    const decision = settleKept(decided, this.current, kept, scheme);
    this.former = null;
    this.current = commit(this.current, decision, { scheme, hasher, layout: trainer.layout, contextOf: this.contextOf });
    const { tip, previous } = this.current;
    const { contributors } = decision.part;
    this.history.push({ round: tip.round, version: tip.version, contributors, hash: tip.hash, previous }, decision.undoLog);
    return decision;
  }

  /** Whether a snapshot is what its tip says, and of this run's scheme. */
  fits(snapshot: Snapshot): boolean {
    return snapshotFits(snapshot, this.current, this.options.hasher);
  }

  /**
   * A snapshot that fits, of a greater chain, replaces this one.
   * @param open what this peer had in the round that was open
   */
  replace(snapshot: Snapshot, open: OpenRound): Reconciled {
    const { scheme } = this.options;
    const { tip, local } = this.current;
    const { headers, undoLog } = this.history;
    const outcome = reconcile({ scheme, tip, local, headers, undoLog, open, former: this.former }, snapshot.headers);
    const { invalid } = this;
    this.former = null;
    this.invalid = false;
    this.current = adoptSnapshot({ ...this.current, local: outcome.local }, snapshot, scheme);
    this.history.replace(snapshot.headers, outcome.undoLog);
    // Nobody was told of the round with the wrong hash.
    return invalid ? { ...outcome, withdrawn: outcome.withdrawn.filter(({ hash }) => hash !== tip.hash) } : outcome;
  }

  /** The last round gave another hash than the root's. What this peer had in it stays in the books until a snapshot settles them. */
  invalidate(): void {
    this.invalid = true;
  }

  /** This peer's local state has changed without a commit. */
  remember(local: State | null): void {
    this.current = { ...this.current, local };
  }

  /** What outlives this peer of its residual, once it says nothing more; null where it cannot be kept. */
  residual(open: OpenRound): KeptResidual | null {
    return keepResidual(this.options.scheme, this.current, { undoLog: this.history.undoLog, open, former: this.former });
  }
}
