import { layoutOf } from "../base/layout.ts";
import { isTruncating, type MergeRule, type Phase } from "../sum/merge-rule.ts";
import { denseUpdate, indicesOf, sparseUpdate, toDense, type Update } from "../vector/update.ts";
import type { Aggregate, TruncationResidual } from "./aggregates.ts";
import { countSketch } from "./support/count-sketch.ts";
import { leader } from "./support/leader.ts";
import type { SupportSearch } from "./support/support-search.ts";
import { twoPass } from "./support/two-pass.ts";
import { type Answer, type Exchange, reduced, type Scheme, type Stage } from "./types.ts";

const searches: Partial<Record<Aggregate, SupportSearch>> = { twopass: twoPass, leader, countsketch: countSketch };

/** How an aggregate finds one support for all peers; undefined: each has its own. */
export function searchOf(aggregate: Aggregate): SupportSearch | undefined {
  return searches[aggregate];
}

interface AggregateOptions {
  readonly aggregate: Aggregate;
  readonly truncationResidual: TruncationResidual;
}

/**
 * The scheme with its sparse sums added in another way. Sums that the scheme wants exact stay so, and so does
 * the merge rule of low-rank factors. A scheme that was built with the aggregate's search of a support is taken as it is.
 *
 * `gmask` (Shi et al. 2019): ε ← acc ⊙ ¬mask_local + local ⊙ ¬gMask: a peer keeps of what it sent the coordinates that are not
 * in the total. A value that an inner node dropped while its coordinate survived through others is believed delivered: mass is
 * lost.
 * @throws {RangeError} if the scheme cannot be summed so
 */
export function aggregated(scheme: Scheme, { aggregate, truncationResidual }: AggregateOptions): Scheme {
  if (aggregate === "gtopk" && truncationResidual === "in-network") return scheme;
  if (truncationResidual === "gmask") checkMayLose(scheme, aggregate);
  if (searchOf(aggregate) !== undefined) return scheme;
  const isOnlySparse = aggregate === "gtopk" || aggregate === "auto";
  if (!isOnlySparse && merges(scheme).some(({ kind }) => kind === "recompress"))
    throw new RangeError(`expected aggregate gtopk or auto for sums of low-rank factors, got ${aggregate}`);
  const phases: Scheme["phases"] = (layout, stage, state) =>
    scheme
      .phases(layout, stage, state)
      .map((phase) => ({ ...phase, merge: ruleFor(phase, { aggregate, truncationResidual }, stage) }));
  return {
    ...scheme,
    conserves: truncationResidual === "gmask" ? null : scheme.conserves,
    phases,
    encode: (x, local, replicated, context) =>
      translated(scheme.encode(x, local, replicated, context), {
        asked: (update) => (aggregate === "dense" ? denseUpdate(toDense(update)) : update),
        answered(sent, answer, phase) {
          const { merge } = phases(context.layout, context, replicated)[phase]!;
          return loses(merge) ? { ...answer, rest: outside(sent, reduced(answer).total) } : answer;
        },
      }),
  };
}

/** The rule that a phase is merged by. Dense vectors travel as floats. */
function ruleFor({ merge }: Phase, { aggregate, truncationResidual }: AggregateOptions, { members }: Stage): MergeRule {
  if (merge.kind === "recompress") return merge;
  if (aggregate === "allgather") return { kind: "gather" };
  if (aggregate === "dense") return { kind: "exact" };
  if (!isTruncating(merge)) return merge;
  const { format } = merge;
  const isExact = aggregate === "exact" || (aggregate === "auto" && isBelowBreakEven(members));
  if (isExact) return { kind: "exact", ...(format === undefined ? {} : { format }) };
  return truncationResidual === "gmask" ? ({ ...merge, loses: true } as MergeRule) : merge;
}

/**
 * Whether an exact sum of P supports of k costs no more than gTop-k's critical path: 2(P − 1)k words against 4k·log₂P (Shi et
 * al. 2019), that is 2^(P−1) ≤ P². True up to 6 peers.
 */
function isBelowBreakEven(members: number): boolean {
  return 2 ** (members - 1) <= members ** 2;
}

function loses(merge: MergeRule): boolean {
  return "loses" in merge && merge.loses === true;
}

/** The entries that a peer sent and whose coordinates are not in the total. O(k). */
function outside(sent: Update, total: Update): Update {
  const indices = indicesOf(sent);
  const kept = indicesOf(total);
  if (kept === null) return sparseUpdate(sent.length, new Uint32Array(0), new Float32Array(0));
  const { data } = sent.values;
  const positions: number[] = [];
  for (let j = 0, at = 0; j < data.length; j += 1) {
    const i = indices === null ? j : indices[j]!;
    while (at < kept.length && kept[at]! < i) at += 1;
    if (kept[at] !== i) positions.push(j);
  }
  const lost = Uint32Array.from(positions, (j) => (indices === null ? j : indices[j]!));
  return sparseUpdate(
    sent.length,
    lost,
    Float32Array.from(positions, (j) => data[j]!),
  );
}

interface Translation {
  asked(update: Update): Update;
  answered(sent: Update, answer: Answer, phase: number): Answer;
}

/** An exchange with each question and each answer translated. */
function* translated<T>(exchange: Exchange<T>, { asked, answered }: Translation): Exchange<T> {
  let step = exchange.next();
  for (let phase = 0; step.done !== true; ) {
    const ask = step.value;
    if (ask.kind !== "reduce") {
      step = exchange.next(yield ask);
      continue;
    }
    step = exchange.next(answered(ask.update, yield { kind: "reduce", update: asked(ask.update) }, phase));
    phase += 1;
  }
  return step.value;
}

function checkMayLose(scheme: Scheme, aggregate: Aggregate): void {
  if (aggregate !== "gtopk" && aggregate !== "auto")
    throw new RangeError(`expected truncation residual in-network, got gmask: aggregate ${aggregate} rejects nothing`);
  if (scheme.weighting === "peers")
    throw new RangeError(
      "expected truncation residual in-network, got gmask: this feedback holds Σ gᵢ = n·g, which lost mass breaks",
    );
  if (merges(scheme).some((merge) => !isTruncating(merge)))
    throw new RangeError("expected truncation residual in-network, got gmask: this scheme truncates no sum");
}

/** The merge rules of a scheme's phases, found on a small matrix: they do not depend on the model. */
function merges(scheme: Scheme): MergeRule[] {
  return scheme.phases(layoutOf([{ name: "probe", shape: [8, 8] }]), { round: 1, members: 2 }).map(({ merge }) => merge);
}
