import { saturate } from "../saturate.ts";

/** A dense matrix, row after row. The numbers may be a view into a longer vector. */
export interface Matrix<Data extends Float32Array | Float64Array = Float32Array | Float64Array> {
  readonly rows: number;
  readonly columns: number;
  /** rows · columns numbers: entry (i, j) is data[i · columns + j]. */
  readonly data: Data;
}

/** A·B in float64, summed from the first column of A to the last: the same numbers on every machine. O(mnr). */
export function product(a: Matrix, b: Matrix): Matrix<Float64Array> {
  expectEqual(a.columns, b.rows);
  const { rows, columns: inner } = a;
  const { columns } = b;
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i += 1) {
    for (let k = 0; k < inner; k += 1) {
      const factor = a.data[i * inner + k]!;
      for (let j = 0; j < columns; j += 1) data[i * columns + j]! += factor * b.data[k * columns + j]!;
    }
  }
  return { rows, columns, data };
}

/** Aᵀ·B in float64, summed from the first row to the last. A is read in its own order. O(mnr). */
export function transposedProduct(a: Matrix, b: Matrix): Matrix<Float64Array> {
  expectEqual(a.rows, b.rows);
  const { rows: inner, columns: rows } = a;
  const { columns } = b;
  const data = new Float64Array(rows * columns);
  for (let k = 0; k < inner; k += 1) {
    for (let i = 0; i < rows; i += 1) {
      const factor = a.data[k * rows + i]!;
      for (let j = 0; j < columns; j += 1) data[i * columns + j]! += factor * b.data[k * columns + j]!;
    }
  }
  return { rows, columns, data };
}

/** target ← A·Bᵀ, each entry summed in float64 and rounded once to float32 (saturating, so that finite stays finite). O(mnr). */
export function productTransposed(a: Matrix, b: Matrix, target: Float32Array): void {
  expectEqual(a.columns, b.columns);
  expectEqual(target.length, a.rows * b.rows);
  const { columns: inner } = a;
  for (let i = 0; i < a.rows; i += 1) {
    for (let j = 0; j < b.rows; j += 1) {
      let sum = 0;
      for (let k = 0; k < inner; k += 1) sum += a.data[i * inner + k]! * b.data[j * inner + k]!;
      target[i * b.rows + j] = saturate(sum);
    }
  }
}

/** target ← the numbers, rounded to float32; larger ones become ±3.4e38. */
export function roundInto(target: Float32Array, numbers: Float64Array): void {
  for (let i = 0; i < numbers.length; i += 1) target[i] = saturate(numbers[i]!);
}

function expectEqual(left: number, right: number): void {
  if (left !== right) throw new RangeError(`expected matrices that fit, got sides of ${left} and ${right}`);
}
