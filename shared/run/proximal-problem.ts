import type { RunConfig } from "./config.ts";

/**
 * Why local steps cannot bear this μ, as "expected …, got …"; null if they can. A step leaves 1 − γμ of the way from
 * the start: beyond 2/γ it is farther off on the other side.
 */
export function proximalProblem({ rate, proximal }: Pick<RunConfig, "rate" | "proximal">): string | null {
  if (rate * proximal < 2) return null;
  return `expected less than 2/rate = ${+(2 / rate).toPrecision(4)}, from where local steps diverge, got ${proximal}`;
}
