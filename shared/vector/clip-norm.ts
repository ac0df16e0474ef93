/**
 * Scales x to ‖x‖₂ ≤ bound; a shorter vector stays as it is, and so does one whose norm is NaN. The squares are summed in float64,
 * where the square of a float32 does not overflow. O(d).
 */
export function clipNorm(x: Float32Array, bound: number): void {
  let squares = 0;
  for (let i = 0; i < x.length; i += 1) squares += x[i]! * x[i]!;
  const norm = Math.sqrt(squares);
  if (!(norm > bound)) return;
  const factor = bound / norm;
  for (let i = 0; i < x.length; i += 1) x[i]! *= factor;
}
