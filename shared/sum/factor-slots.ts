import type { Layout } from "../base/layout.ts";
import { type Matrix, productTransposed } from "../vector/linear-algebra/products.ts";
import { saturate } from "../vector/saturate.ts";
import { sparseUpdate, type Update } from "../vector/update.ts";
import { type MatrixSpec, matrixIn, planMatrices } from "./matrices.ts";

/** A matrix and its slots: slot c lies at `start` + c(m + n) and holds a column of m numbers, then one of n. */
export interface SlotSpec extends MatrixSpec {
  readonly start: number;
  /** The most slots that are fewer numbers than the matrix, (m + n)·capacity < mn, and at most 8r. */
  readonly capacity: number;
}

/**
 * How a sum of low-rank matrices lies in one vector: Σ_c left_c right_cᵀ, each pair in a slot of its own, empty slots zero and
 * not sent. Sums are made by taking more slots; the raw tensors follow the last slot.
 */
export interface FactorSlots {
  readonly rank: number;
  readonly matrices: readonly SlotSpec[];
  readonly raw: readonly { readonly offset: number; readonly size: number; readonly start: number }[];
  /** Numbers of the vector of slots. */
  readonly length: number;
  /** d. */
  readonly flatLength: number;
}

/** A peer adds up at most so many times r terms of each part, whatever was sent: O(mn·8r), beside O(mn(r + 4)) for its own. */
const maxRanks = 8;

/** The slots of a layout, for factors of rank r. */
export function slotsOf(layout: Layout, rank: number): FactorSlots {
  const plan = planMatrices(layout, rank);
  let start = 0;
  const matrices = plan.matrices.map((spec) => {
    const slot = spec.rows + spec.columns;
    const found = { ...spec, start, capacity: Math.min(Math.ceil((spec.rows * spec.columns) / slot) - 1, maxRanks * rank) };
    start += found.capacity * slot;
    return found;
  });
  const raw = plan.raw.map(({ offset, size }) => {
    const found = { offset, size, start };
    start += size;
    return found;
  });
  return { rank, matrices, raw, length: start, flatLength: layout.length };
}

/** One term left · rightᵀ: views into a vector of slots, or columns of their own. */
export interface Term {
  readonly left: Float32Array;
  readonly right: Float32Array;
}

/** The terms of one matrix in a vector of slots; empty slots are left out. Whatever a remote put there is some sum of terms. */
export function termsIn(slots: Float32Array, { start, capacity, rows, columns }: SlotSpec): Term[] {
  const terms: Term[] = [];
  for (let c = 0; c < capacity; c += 1) {
    const at = start + c * (rows + columns);
    const slot = slots.subarray(at, at + rows + columns);
    if (slot.some((value) => value !== 0)) terms.push({ left: slot.subarray(0, rows), right: slot.subarray(rows) });
  }
  return terms;
}

/** The update whose slots are these terms, matrix by matrix, and whose raw tensors are cut from `flat`. */
export function packed(plan: FactorSlots, terms: readonly (readonly Term[])[], flat: Float32Array): Update {
  const rawLength = plan.raw.reduce((sum, { size }) => sum + size, 0);
  const count = terms.reduce((sum, own, i) => sum + own.length * (plan.matrices[i]!.rows + plan.matrices[i]!.columns), rawLength);
  const indices = new Uint32Array(count);
  const data = new Float32Array(count);
  let next = 0;
  const put = (numbers: Float32Array, start: number): void => {
    for (let i = 0; i < numbers.length; i += 1) indices[next + i] = start + i;
    data.set(numbers, next);
    next += numbers.length;
  };
  for (const [i, { start, rows, columns }] of plan.matrices.entries()) {
    for (const [c, { left, right }] of terms[i]!.entries()) {
      put(left, start + c * (rows + columns));
      put(right, start + c * (rows + columns) + rows);
    }
  }
  for (const { offset, size, start } of plan.raw) put(flat.subarray(offset, offset + size), start);
  return sparseUpdate(plan.length, indices, data);
}

/** The flat vector of d floats that a vector of slots stands for. */
export function unfolded(plan: FactorSlots, slots: Float32Array): Float32Array {
  const flat = new Float32Array(plan.flatLength);
  for (const spec of plan.matrices) {
    const { left, right } = sides(termsIn(slots, spec), spec);
    productTransposed(left, right, matrixIn(flat, spec).data);
  }
  for (const { offset, size, start } of plan.raw) flat.set(slots.subarray(start, start + size), offset);
  return flat;
}

/** The terms as two matrices, m × R and n × R: their sum is left · rightᵀ. */
export function sides(terms: readonly Term[], { rows, columns }: MatrixSpec): { readonly left: Matrix; readonly right: Matrix } {
  const side = (height: number, of: (term: Term) => Float32Array): Matrix => {
    const data = new Float32Array(height * terms.length);
    for (const [c, term] of terms.entries()) {
      const column = of(term);
      for (let i = 0; i < height; i += 1) data[i * terms.length + c] = column[i]!;
    }
    return { rows: height, columns: terms.length, data };
  };
  return { left: side(rows, ({ left }) => left), right: side(columns, ({ right }) => right) };
}

/** The columns of two matrices as terms, rounded to float32. */
export function termsOf(left: Matrix, right: Matrix): Term[] {
  const column = ({ rows, columns, data }: Matrix, c: number): Float32Array => {
    const numbers = new Float32Array(rows);
    for (let i = 0; i < rows; i += 1) numbers[i] = saturate(data[i * columns + c]!);
    return numbers;
  };
  return Array.from({ length: left.columns }, (_, c) => ({ left: column(left, c), right: column(right, c) }));
}
