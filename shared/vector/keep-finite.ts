/** Keeps replicated numbers finite: a coordinate of `next` that overflowed takes its value from `before`, the same on every peer. */
export function keepFinite(next: Float32Array, before: Float32Array): void {
  for (let i = 0; i < next.length; i += 1) if (next[i]! - next[i]! !== 0) next[i] = before[i]!;
}
