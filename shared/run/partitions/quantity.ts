import { seeded, shuffle } from "../../base/random.ts";
import { cutByUnits, fillEmpty, naturals } from "./deal.ts";
import { concentration } from "./dirichlet.ts";
import type { PartitionMethod } from "./partition-method.ts";
import { proportions } from "./proportions.ts";

const parameters = {
  beta: { ...concentration, symbol: "β", help: "how even the sizes are: below 1 few partitions have most samples" },
} as const;

export const quantityPartition: PartitionMethod<"quantity", typeof parameters> = {
  name: "quantity",
  summary: "Shuffled and cut into pieces whose sizes are drawn from Dirichlet(β); classes are spread evenly",
  source: "Li, Diao, Chen, He 2022",
  parameters,
  deal({ length }, { beta }, { partitions, seed }) {
    const order = shuffle(naturals(length), seeded(seed, "partition", "quantity"));
    return fillEmpty(cutByUnits(order, proportions(partitions, beta, { seed, purpose: "quantity" })));
  },
};
