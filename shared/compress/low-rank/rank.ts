import type { Arguments } from "../text/arguments.ts";

/** Of low-rank methods: orthogonalizing costs r² for each row. */
const maxRank = 1024;

/** The argument r of a low-rank method. */
export function rankIn(given: Arguments): number {
  return given.integer("r", { fallback: 2, min: 1, max: maxRank });
}
