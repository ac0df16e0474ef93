import type { Samples } from "./libsvm.ts";

/** aᵀx of a row, x being the `features` numbers from `base` on. */
export function margin({ offsets, indices, values }: Samples, row: number, x: ArrayLike<number>, base = 0): number {
  let sum = 0;
  for (let at = offsets[row]!; at < offsets[row + 1]!; at += 1) sum += values[at]! * x[base + indices[at]!]!;
  return sum;
}

/** target ← target + scale · a, from `base` on. */
export function addRow(
  target: Float64Array,
  { offsets, indices, values }: Samples,
  row: number,
  { scale, base = 0 }: { readonly scale: number; readonly base?: number },
): void {
  for (let at = offsets[row]!; at < offsets[row + 1]!; at += 1) target[base + indices[at]!]! += scale * values[at]!;
}

/** target ← target + scale · aaᵀ, in the block of a matrix that starts at `base` and whose rows are `stride` apart. */
export function addOuter(
  target: Float64Array,
  { offsets, indices, values }: Samples,
  row: number,
  { scale, base, stride }: { readonly scale: number; readonly base: number; readonly stride: number },
): void {
  for (let p = offsets[row]!; p < offsets[row + 1]!; p += 1) {
    const scaled = scale * values[p]!;
    const start = base + indices[p]! * stride;
    for (let q = offsets[row]!; q < offsets[row + 1]!; q += 1) target[start + indices[q]!]! += scaled * values[q]!;
  }
}

/** (λ/2)‖x‖². */
export function ridge(x: ArrayLike<number>, lambda: number): number {
  let sum = 0;
  for (let j = 0; j < x.length; j += 1) sum += x[j]! * x[j]!;
  return 0.5 * lambda * sum;
}
