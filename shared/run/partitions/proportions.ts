import { seeded } from "../../base/random.ts";
import { logGamma } from "./log-gamma.ts";

/** Proportions are rounded to multiples of this: engines differ in the last bits of log and exp, and all must deal alike. */
const proportionUnits = 2 ** 20;

/**
 * Dirichlet(concentration) proportions as whole units; each comes from a stream of its own, so that no draw moves another.
 * @param purpose tells the streams of several draws apart
 */
export function proportions(
  count: number,
  concentration: number,
  { seed, purpose }: { readonly seed: number; readonly purpose: string | number },
): number[] {
  const logs: number[] = [];
  for (let id = 0; id < count; id += 1) logs.push(logGamma(concentration, seeded(seed, "partition", "gamma", purpose, id)));
  const greatest = logs.reduce((most, log) => Math.max(most, log));
  const weights = logs.map((log) => Math.exp(log - greatest));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => Math.round((weight / all) * proportionUnits));
}
