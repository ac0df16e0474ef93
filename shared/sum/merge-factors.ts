import { seeded } from "../base/random.ts";
import { product, productTransposed, transposedProduct } from "../vector/linear-algebra/products.ts";
import { truncatedSvd } from "../vector/linear-algebra/truncated-svd.ts";
import { saturate } from "../vector/saturate.ts";
import { denseUpdate, toDense, type Update, zeroUpdate } from "../vector/update.ts";
import { type FactorSlots, packed, type SlotSpec, sides, type Term, termsIn, termsOf } from "./factor-slots.ts";
import { matrixIn } from "./matrices.ts";

/**
 * Adds sums of low-rank matrices. The terms of a matrix are put side by side, exactly, while there are slots for them (fewer
 * numbers than the matrix, at most 8r); beyond that the whole is brought back to rank r and the merging node keeps the rest: sum + rest = Σ parts. Raw
 * tensors are added exactly. Beside truncation, as in gTop-k, nothing is lost. O((m + n)Rr) for R terms in all, and O(mnR) for
 * the rest; R is at most 8r a part.
 * @throws {RangeError} if a part is not a vector of these slots
 * @returns the sum in slots; the rest in the flat vector's own d coordinates, empty if nothing was left
 */
export function mergeFactors(parts: readonly Update[], plan: FactorSlots): { readonly sum: Update; readonly rest: Update } {
  for (const { length } of parts)
    if (length !== plan.length) throw new RangeError(`expected parts of ${plan.length} coordinates, got one of ${length}`);
  const vectors = parts.map(toDense);
  const rest = new Float32Array(plan.flatLength);
  let hasRest = false;
  const terms = plan.matrices.map((spec) => {
    const all = vectors.flatMap((slots) => termsIn(slots, spec));
    if (all.length <= spec.capacity) return all;
    hasRest = true;
    return recompressed(all, { spec, rank: plan.rank, rest: matrixIn(rest, spec).data });
  });
  const sum = packed(plan, terms, rawSum(vectors, plan));
  return { sum, rest: hasRest ? denseUpdate(rest) : zeroUpdate(plan.flatLength) };
}

/** The leading r terms of a sum of terms; what they leave goes into `rest`. */
function recompressed(
  terms: readonly Term[],
  { spec, rank, rest }: { readonly spec: SlotSpec; readonly rank: number; readonly rest: Float32Array },
): Term[] {
  const { left, right } = sides(terms, spec);
  const rng = seeded(0, "recompress");
  const leading = truncatedSvd(
    {
      rows: spec.rows,
      columns: spec.columns,
      times: (b) => product(left, transposedProduct(right, b)),
      transposedTimes: (b) => product(right, transposedProduct(left, b)),
    },
    rank,
    () => rng.normal(),
  );
  const kept = termsOf(leading.left, leading.right);
  const negative = kept.map((term) => ({ left: term.left.map((value) => -value), right: term.right }));
  const difference = sides([...terms, ...negative], spec);
  productTransposed(difference.left, difference.right, rest);
  return kept;
}

/** The raw tensors of the vectors added up, where they lie in the flat vector. */
function rawSum(vectors: readonly Float32Array[], plan: FactorSlots): Float32Array {
  const flat = new Float32Array(plan.flatLength);
  for (const { offset, size, start } of plan.raw) {
    for (const slots of vectors) {
      for (let i = 0; i < size; i += 1) flat[offset + i] = saturate(flat[offset + i]! + slots[start + i]!);
    }
  }
  return flat;
}
