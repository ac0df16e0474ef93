import { type MatrixPlan, matrixIn, planMatrices, stacked } from "../../sum/matrices.ts";
import { orthonormal } from "../../vector/linear-algebra/orthonormal.ts";
import { type Matrix, product, productTransposed, roundInto, transposedProduct } from "../../vector/linear-algebra/products.ts";
import { denseUpdate, type State, toDense, type Update } from "../../vector/update.ts";
import { type Compressor, type Context, reduced } from "../types.ts";

type Nothing = Record<never, never> & State;

/** The start of the search for the range of ΣM: one n × r matrix for each M. */
export interface Start<Replicated extends State> {
  /** The state before the first round; `length` is Σ n·r. */
  init(length: number): Replicated;
  /** Q before orthonormalization; columns that are zero are drawn. The same on every peer. */
  basis(replicated: Replicated, length: number): Float32Array;
  /** The state after a round whose total was ΣMᵀP̂. */
  next(total: Float32Array): Replicated;
  /** The stream of context.shared that zero columns are drawn from. */
  readonly purpose: string;
}

/**
 * Projects every peer's matrices onto one range of rank r that is found for their sum, by two exact sums:
 *
 *     Q = orth(start),   P̂ = orth(Σ_i M_i Q),   R_i = M_iᵀP̂,   delivered_i = P̂ R_iᵀ,   sum = P̂ (Σ_i R_i)ᵀ
 *
 * Linear given P̂, so what the peers deliver adds up to the sum. Phase 0 sums the left sides M_i Q (Σ m·r numbers); phase 1 the right sides
 * R_i (Σ n·r numbers) and the raw tensors, so that a peer that misses it counts in nothing. If no matrix pays there is one
 * phase, of all d numbers. P̂ is made by every peer from the first total, alike. O(dr) time.
 */
export function rangeProjection<Replicated extends State>(
  rank: number,
  start: Start<Replicated>,
): Compressor<Nothing, Replicated> {
  return {
    init: (layout) => ({ local: {}, replicated: start.init(planMatrices(layout, rank).rightLength) }),
    phases(layout) {
      const { leftLength, rightLength, rawLength } = planMatrices(layout, rank);
      const last = { merge: { kind: "exact" }, length: rightLength + rawLength } as const;
      return leftLength === 0 ? [last] : [{ merge: { kind: "exact" }, length: leftLength }, last];
    },
    *run(x, local, replicated, context) {
      const plan = planMatrices(context.layout, rank);
      let range: Matrix[] = [];
      if (plan.matrices.length > 0) {
        const left = leftSides(x, plan, { rank, basis: basisOf(start, replicated, { plan, rank, context }) });
        const { total } = reduced(yield { kind: "reduce", update: denseUpdate(left) });
        range = rangeOf(total, plan, rank);
      }
      const right = rightSides(x, plan, range);
      yield { kind: "reduce", update: denseUpdate(right) };
      return { delivered: expand(right, plan, { rank, range, length: x.length }), local };
    },
    decode(totals, _replicated, { layout }) {
      const plan = planMatrices(layout, rank);
      const range = plan.matrices.length > 0 ? rangeOf(totals[0]!, plan, rank) : [];
      const right = toDense(totals.at(-1)!);
      return {
        sum: expand(right, plan, { rank, range, length: layout.length }),
        replicated: start.next(right.slice(0, plan.rightLength)),
      };
    },
  };
}

/** Q: orthonormal columns, one matrix after the other. */
function basisOf<Replicated extends State>(
  start: Start<Replicated>,
  replicated: Replicated,
  { plan, rank, context }: { readonly plan: MatrixPlan; readonly rank: number; readonly context: Context },
): Matrix[] {
  const rng = context.shared(start.purpose);
  const given = start.basis(replicated, plan.rightLength);
  return stacked(given, columnsOf(plan), rank).map((matrix) => orthonormal(matrix, () => rng.normal()));
}

/** M Q of every matrix. */
function leftSides(
  x: Float32Array,
  plan: MatrixPlan,
  { rank, basis }: { readonly rank: number; readonly basis: readonly Matrix[] },
): Float32Array {
  const left = new Float32Array(plan.leftLength);
  const targets = stacked(left, rowsOf(plan), rank);
  for (const [i, spec] of plan.matrices.entries()) roundInto(targets[i]!.data, product(matrixIn(x, spec), basis[i]!).data);
  return left;
}

/** P̂ of every matrix. */
function rangeOf(total: Update, plan: MatrixPlan, rank: number): Matrix[] {
  return stacked(toDense(total), rowsOf(plan), rank).map((matrix) => orthonormal(matrix));
}

/** MᵀP̂ of every matrix, then the raw tensors. */
function rightSides(x: Float32Array, plan: MatrixPlan, range: readonly Matrix[]): Float32Array {
  const right = new Float32Array(plan.rightLength + plan.rawLength);
  let at = 0;
  for (const [i, spec] of plan.matrices.entries()) {
    const { data } = transposedProduct(matrixIn(x, spec), range[i]!);
    roundInto(right.subarray(at, at + data.length), data);
    at += data.length;
  }
  for (const { offset, size } of plan.raw) {
    right.set(x.subarray(offset, offset + size), at);
    at += size;
  }
  return right;
}

/** P̂ Rᵀ of every matrix and the raw tensors, where they belong in the flat vector. */
function expand(
  right: Float32Array,
  plan: MatrixPlan,
  { rank, range, length }: { readonly rank: number; readonly range: readonly Matrix[]; readonly length: number },
): Update {
  const flat = new Float32Array(length);
  const sides = stacked(right, columnsOf(plan), rank);
  for (const [i, spec] of plan.matrices.entries()) productTransposed(range[i]!, sides[i]!, matrixIn(flat, spec).data);
  let at = plan.rightLength;
  for (const { offset, size } of plan.raw) {
    flat.set(right.subarray(at, at + size), offset);
    at += size;
  }
  return denseUpdate(flat);
}

function rowsOf({ matrices }: MatrixPlan): number[] {
  return matrices.map(({ rows }) => rows);
}

function columnsOf({ matrices }: MatrixPlan): number[] {
  return matrices.map(({ columns }) => columns);
}
