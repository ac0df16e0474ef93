import type { Amount } from "../text/amount.ts";
import type { ArgumentsOf, Parameters } from "../text/parameters.ts";

/** The parameters of a sparsifier that keeps k coordinates. */
export const amountParameters = {
  k: { type: "amount", help: "how many numbers are sent: a share of them, or a count" },
  warmup: { type: "integer", default: 0, min: 0, max: 1e6, isNamed: true, help: "rounds over which the density comes down to k" },
} as const satisfies Parameters;

/** Their arguments as one amount. */
export function amountIn({ k, warmup }: ArgumentsOf<typeof amountParameters>): Amount {
  return warmup === 0 ? k : { ...k, warmUp: warmup };
}
