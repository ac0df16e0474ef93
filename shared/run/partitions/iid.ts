import { seeded, shuffle } from "../../base/random.ts";
import { cut, naturals } from "./deal.ts";
import type { PartitionMethod } from "./partition-method.ts";

export const iidPartition: PartitionMethod<"iid", Record<never, never>> = {
  name: "iid",
  summary: "Shuffled and cut into pieces whose sizes differ by at most one",
  source: "McMahan et al. 2017",
  parameters: {},
  deal: ({ length }, _, { partitions, seed }) => cut(shuffle(naturals(length), seeded(seed, "partition", "iid")), partitions),
};
