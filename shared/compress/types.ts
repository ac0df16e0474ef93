import type { Layout } from "../base/layout.ts";
import type { Rng } from "../base/random.ts";
import type { Phase } from "../sum/merge-rule.ts";
import type { DeviceVector } from "../vector/device-vector.ts";
import type { State, Update } from "../vector/update.ts";

/** Round and roster of a sum: facts that every peer of the roster knows before it encodes. */
export interface Stage {
  readonly round: number;
  /** n: members of the roster that sums this round. */
  readonly members: number;
}

/**
 * A request of a method to the round that runs it: a sum over the tree; this peer's gradient at given parameters, over the minibatch of the
 * round's first local step or over another, the same throughout the round; the `count` largest entries of a vector that lies on a device.
 */
export type Ask =
  | { readonly kind: "reduce"; readonly update: Update }
  | GradientAsk
  | { readonly kind: "largest"; readonly of: DeviceVector; readonly count: number };

/** The request of a gradient. */
export interface GradientAsk {
  readonly kind: "gradient";
  readonly at: Float32Array;
  readonly batch: "same" | "other";
}

/** A request that the peer answers by itself. */
export type LocalAsk = Exclude<Ask, { readonly kind: "reduce" }>;

/** The committed total of that phase, and what THIS peer's own merge rejected; the gradient; the entries. */
export type Answer =
  | { readonly kind: "reduced"; readonly total: Update; readonly rest: Update }
  | { readonly kind: "gradient"; readonly gradient: Float32Array }
  | { readonly kind: "largest"; readonly entries: Update };

/** A method in progress: it asks, and is resumed with the answer. Dropping it undoes it. */
export type Exchange<T> = Generator<Ask, T, Answer>;

/** The facts of a round that a method may use. */
export interface Context extends Stage {
  readonly layout: Layout;
  /** What this peer's update was multiplied by before it was given to `encode`; 1 while decoding. */
  readonly weight: number;
  /** This peer's place in the roster; 0 while decoding. */
  readonly position: number;
  /** The committed model: where this round started. Read only. */
  readonly parameters: Float32Array;
  /** This peer's own draws: the same for the same seed, peer and round. */
  readonly rng: Rng;
  /** Draws that are the same on every peer. */
  shared(purpose: string): Rng;
}

/** The class of a compressor: ‖E C(x) − x‖ ≤ η‖x‖ and E‖C(x) − E C(x)‖² ≤ ω‖x‖², each peer by itself. */
export interface Spread {
  /** η. */
  readonly bias: number;
  /** ω. */
  readonly variance: number;
  /** Whether all peers draw alike, so that their errors do not average out. */
  readonly isShared: boolean;
}

/**
 * A compressor over the tree. One law for all: what all peers deliver adds up to what the total decodes to.
 * Methods never write to `x` or to a state they are given.
 */
export interface Compressor<Local extends State = State, Replicated extends State = State> {
  /** `local` is this peer's alone; `replicated` is the same on all peers and travels in snapshots. */
  init(layout: Layout): { readonly local: Local; readonly replicated: Replicated };
  /**
   * One entry for each sum that `run` asks for. Their number and lengths are the same at every stage.
   * @param replicated the state that the round begins with; absent: that of the first one
   */
  phases(layout: Layout, stage: Stage, replicated?: Replicated): readonly Phase[];
  run(
    x: Float32Array,
    local: Local,
    replicated: Replicated,
    context: Context,
  ): Exchange<{ readonly delivered: Update; readonly local: Local }>;
  /** The same on every peer, bit for bit. */
  decode(
    totals: readonly Update[],
    replicated: Replicated,
    context: Context,
  ): { readonly sum: Update; readonly replicated: Replicated };
  /** Its class, where one is known. Only + − × ÷ and sqrt: the same bits on every peer. */
  spread?(layout: Layout, stage: Stage): Spread;
}

/** Result of encoding: the local state after the round, and what the total then holds of this peer's updates. */
export interface Encoded<Local extends State = State> {
  readonly local: Local;
  /** In units of the sum; `onRollback` takes it back. */
  readonly delivered: Update;
}

/** What an error feedback conserves. `residual`: Σ totals + Σ residuals = Σ updates. `mean`: Σ believed = n · mean. */
export type Conserved = "residual" | "mean";

/** A compressor inside its error feedback: the interface between a round and its method. X: the type of a round's update. */
export interface Scheme<Local extends State = State, Replicated extends State = State, X = Float32Array> {
  /** `samples`: x is scaled by the peer's samples and the total divided by those that counted. `peers`: weight 1, divided by n. */
  readonly weighting: "samples" | "peers";
  /** null: no law of conservation holds. */
  readonly conserves: Conserved | null;
  init(layout: Layout): { readonly local: Local; readonly replicated: Replicated };
  phases(layout: Layout, stage: Stage, replicated?: Replicated): readonly Phase[];
  /** The returned state is kept only if this peer counted in the committed total. */
  encode(x: X, local: Local, replicated: Replicated, context: Context): Exchange<Encoded<Local>>;
  /** The mean update that the replica subtracts. `weight`: Σ weights that counted. The same on every peer, bit for bit. */
  decode(
    totals: readonly Update[],
    weight: number,
    replicated: Replicated,
    context: Context,
  ): { readonly estimate: Update; readonly replicated: Replicated };
  /** This round's x did not count. */
  onExcluded(x: X, local: Local): Local;
  /** A total with this peer's `delivered` was undone. */
  onRollback(delivered: Update, local: Local): Local;
  /** The roster changed between the last commit and this round. */
  onMembershipChange(local: Local, replicated: Replicated): Local;
}

/** The total of the sum that a method asked for. @throws {Error} if the round answered something else: our own fault */
export function reduced(answer: Answer): Extract<Answer, { kind: "reduced" }> {
  if (answer.kind !== "reduced") throw new Error(`expected the total of a sum, got a ${answer.kind}`);
  return answer;
}

/** The entries that a method asked for. @throws {Error} if the round answered something else: our own fault */
export function largestIn(answer: Answer): Update {
  if (answer.kind !== "largest") throw new Error(`expected the largest entries, got a ${answer.kind}`);
  return answer.entries;
}

/** The gradient that a method asked for. @throws {Error} if the round answered something else: our own fault */
export function gradientIn(answer: Answer): Float32Array {
  if (answer.kind !== "gradient") throw new Error(`expected a gradient, got a ${answer.kind}`);
  return answer.gradient;
}
