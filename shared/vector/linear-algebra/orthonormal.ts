import type { Matrix } from "./products.ts";

/**
 * Least ratio of a column's length after projection to that before it. A smaller rest is float32 rounding (6e-8 of the column), not
 * a direction; above it float64 keeps the columns orthogonal to 1e-10.
 */
const vanishedBelow = 1e-6;

/**
 * An orthonormal basis of A's columns, by modified Gram–Schmidt (Björck 1967) from the first column to the last. Only + − × ÷
 * and sqrt in a fixed order: bit-identical on every machine. A column that depends on those before it becomes zero, or, if
 * `draw` is given, is drawn afresh from it. O(mr²). A is not changed.
 */
export function orthonormal({ rows, columns, data: given }: Matrix, draw?: () => number): Matrix<Float64Array> {
  const data = Float64Array.from(given);
  const matrix = { rows, columns, data };
  for (let column = 0; column < columns; column += 1) {
    if (normalize(matrix, column) || draw === undefined) continue;
    for (let i = 0; i < rows; i += 1) data[i * columns + column] = draw();
    normalize(matrix, column);
  }
  return matrix;
}

/** Projects the column off those before it and scales it to length 1; to zero, and false, if nothing is left. */
function normalize({ rows, columns, data }: Matrix<Float64Array>, column: number): boolean {
  const before = dot(data, columns, { left: column, right: column });
  for (let other = 0; other < column; other += 1) {
    const along = dot(data, columns, { left: other, right: column });
    for (let at = 0; at < rows * columns; at += columns) data[at + column]! -= along * data[at + other]!;
  }
  const after = dot(data, columns, { left: column, right: column });
  const isLeft = after > vanishedBelow * vanishedBelow * before;
  const length = Math.sqrt(after);
  for (let at = column; at < rows * columns; at += columns) data[at] = isLeft ? data[at]! / length : 0;
  return isLeft;
}

/** The inner product of two columns. */
function dot(data: Float64Array, columns: number, { left, right }: { readonly left: number; readonly right: number }): number {
  let sum = 0;
  for (let at = 0; at < data.length; at += columns) sum += data[at + left]! * data[at + right]!;
  return sum;
}
