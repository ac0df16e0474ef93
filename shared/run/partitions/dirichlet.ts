import { seeded, shuffle } from "../../base/random.ts";
import { byKey, cutByUnits, fillEmpty } from "./deal.ts";
import type { PartitionMethod } from "./partition-method.ts";
import { proportions } from "./proportions.ts";

/** Below the least α a draw has one class and nothing else, above the greatest it is `iid` but for rounding. */
export const concentration = { type: "number", min: 0.001, max: 1_000_000 } as const;

const parameters = {
  alpha: { ...concentration, symbol: "α", help: "how even a class is spread: below 1 few partitions have most of it" },
} as const;

export const dirichletPartition: PartitionMethod<"dirichlet", typeof parameters> = {
  name: "dirichlet",
  summary: "Each class is cut in proportions drawn from Dirichlet(α)",
  source: "Hsu, Qi, Brown 2019",
  parameters,
  deal(keys, { alpha }, { partitions, seed }) {
    const dealt = Array.from({ length: partitions }, (): number[] => []);
    for (const [key, samples] of byKey(keys)) {
      shuffle(samples, seeded(seed, "partition", "class", key));
      const pieces = cutByUnits(samples, proportions(partitions, alpha, { seed, purpose: key }));
      pieces.forEach((piece, id) => {
        for (const sample of piece) dealt[id]!.push(sample);
      });
    }
    return fillEmpty(dealt);
  },
};
