/** How many of d coordinates to keep: a share of them (`1%`) or a count (`500`). */
export type Amount = { readonly kind: "share"; readonly share: number } | { readonly kind: "count"; readonly count: number };

/** k: ⌈ρ·d⌉ for a share ρ, at least 1; a count, at most d. */
export function countOf(amount: Amount, length: number): number {
  const count = amount.kind === "share" ? Math.ceil(amount.share * length) : amount.count;
  return Math.max(Math.min(count, length), Math.min(1, length));
}
