/** How labeled samples are dealt to peers. */
export type Dealing =
  /** Glyphs only: one hand a peer. */
  | { readonly kind: "writers" }
  | { readonly kind: "iid" }
  | { readonly kind: "dirichlet"; readonly alpha: number }
  | { readonly kind: "shards"; readonly each: number };

/** Below the least α a draw has one class and nothing else, above the greatest it is `iid` but for rounding. */
const minAlpha = 0.001;
const maxAlpha = 1_000_000;
const maxShards = 999;

/** Reads `writers`, `iid`, `dirichlet(α)` and `shards(n)`; otherwise what was expected, as the beginning of a sentence. */
export function parseDealing(text: string): Dealing | string {
  const [, kind, argument] = /^(writers|iid|(?:dirichlet|shards)(?=\())(?:\((-?\d*\.?\d*(?:e-?\d+)?)\))?$/.exec(text) ?? [];
  const value = argument === undefined || argument === "" ? Number.NaN : Number(argument);
  switch (kind) {
    case "dirichlet":
      return value >= minAlpha && value <= maxAlpha
        ? { kind, alpha: value }
        : `expected dirichlet(α) with α from ${minAlpha} to ${maxAlpha}`;
    case "shards":
      return Number.isInteger(value) && value >= 1 && value <= maxShards
        ? { kind, each: value }
        : `expected shards(n) with a whole n from 1 to ${maxShards}`;
    case "writers":
    case "iid":
      if (argument === undefined) return { kind };
  }
  return "expected writers, iid, dirichlet(α) or shards(n)";
}
