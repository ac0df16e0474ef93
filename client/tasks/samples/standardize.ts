/** A column whose deviation is below this part of its mean is as good as constant in float32. */
const relativeFloor = 1e-4;

/**
 * Means and mean squares of the columns of a row-major matrix, as they travel: [m₁ … m_c, q₁ … q_c]. Weighted means of several peers'
 * are those of all their rows together, which means and variances are not. Summed in float64; a missing value, NaN, counts nowhere; a
 * column of nothing has (0, 1).
 */
export function momentsOf(values: Float32Array | Float64Array, columns: number): Float32Array {
  const moments = new Float32Array(2 * columns);
  for (let column = 0; column < columns; column += 1) {
    let [count, sum, squares] = [0, 0, 0];
    for (let i = column; i < values.length; i += columns) {
      const value = values[i]!;
      if (Number.isNaN(value)) continue;
      count += 1;
      sum += value;
      squares += value * value;
    }
    moments[column] = count === 0 ? 0 : sum / count;
    moments[columns + column] = count === 0 ? 1 : squares / count;
  }
  return moments;
}

/** Shift and scale of each column: z = (x − shift) / scale. A constant column is shifted only. */
export interface Scaling {
  readonly shifts: Float32Array;
  readonly scales: Float32Array;
}

/** Scaling to mean 0 and variance 1 by moments as `momentsOf` gives them. */
export function scalingOf(moments: Float32Array): Scaling {
  const columns = moments.length / 2;
  const shifts = moments.slice(0, columns);
  const scales = new Float32Array(columns);
  for (let column = 0; column < columns; column += 1) {
    const mean = shifts[column]!;
    const deviation = Math.sqrt(Math.max(0, moments[columns + column]! - mean * mean));
    scales[column] = deviation > relativeFloor * Math.abs(mean) && deviation > 0 ? deviation : 1;
  }
  return { shifts, scales };
}

/** Brings rows of as many columns as the scaling has to its scale, in place; a missing value becomes 0, the mean. */
export function standardize(rows: Float32Array, { shifts, scales }: Scaling): void {
  const columns = shifts.length;
  for (let i = 0; i < rows.length; i += 1) {
    const value = rows[i]!;
    rows[i] = Number.isNaN(value) ? 0 : (value - shifts[i % columns]!) / scales[i % columns]!;
  }
}
