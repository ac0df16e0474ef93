import type { Layout, TensorSpec } from "../base/layout.ts";
import type { Matrix } from "../vector/linear-algebra/products.ts";

/** A tensor of the flat vector, read as a matrix of `rows` × `columns`. */
export interface MatrixSpec {
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
}

/** Which tensors of a layout travel as factors of rank r, and which as they are. */
export interface MatrixPlan {
  readonly matrices: readonly MatrixSpec[];
  readonly raw: readonly TensorSpec[];
  /** Σ rows · r and Σ columns · r over the matrices. */
  readonly leftLength: number;
  readonly rightLength: number;
  /** Σ sizes of the raw tensors. */
  readonly rawLength: number;
}

/**
 * Splits a layout. A dense kernel is [in, out]; a convolution [height, width, in, out] is read as (height·width·in) × out: the
 * last axis lies contiguously, so no number moves, and the rank is that of (out, in·height·width). A matrix travels as factors
 * only where that takes less than half of its numbers: 2(m + n)r < mn. Tensors of one axis are always raw.
 */
export function planMatrices({ tensors }: Layout, rank: number): MatrixPlan {
  const matrices: MatrixSpec[] = [];
  const raw: TensorSpec[] = [];
  for (const tensor of tensors) {
    const { offset, shape, size } = tensor;
    const columns = shape.at(-1) ?? 1;
    const rows = columns === 0 ? 0 : size / columns;
    if (shape.length >= 2 && 2 * (rows + columns) * rank < size) matrices.push({ offset, rows, columns });
    else raw.push(tensor);
  }
  return {
    matrices,
    raw,
    leftLength: matrices.reduce((sum, { rows }) => sum + rows * rank, 0),
    rightLength: matrices.reduce((sum, { columns }) => sum + columns * rank, 0),
    rawLength: raw.reduce((sum, { size }) => sum + size, 0),
  };
}

/** The matrix of x that a spec names: a view, not a copy. */
export function matrixIn(x: Float32Array, { offset, rows, columns }: MatrixSpec): Matrix<Float32Array> {
  return { rows, columns, data: x.subarray(offset, offset + rows * columns) };
}

/** Cuts `data` into one matrix of `rank` columns for each of the heights, one after the other: views, not copies. */
export function stacked(data: Float32Array, heights: readonly number[], rank: number): Matrix<Float32Array>[] {
  let at = 0;
  return heights.map((rows) => {
    const view = data.subarray(at, at + rows * rank);
    at += rows * rank;
    return { rows, columns: rank, data: view };
  });
}
