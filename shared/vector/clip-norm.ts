/**
 * Scales x to ‖x‖₂ ≤ bound; one that is shorter stays as it is, and so does one whose norm is no number. The squares are summed
 * in float64, where none of a float32 overflows. O(d).
 */
export function clipNorm(x: Float32Array, bound: number): void {
  let squares = 0;
  for (let i = 0; i < x.length; i += 1) squares += x[i]! * x[i]!;
  const norm = Math.sqrt(squares);
  if (!(norm > bound)) return;
  const factor = bound / norm;
  for (let i = 0; i < x.length; i += 1) x[i]! *= factor;
}
