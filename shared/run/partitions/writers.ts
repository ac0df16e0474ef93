import type { PartitionMethod } from "./partition-method.ts";

export const writersPartition: PartitionMethod<"writers", Record<never, never>> = {
  name: "writers",
  summary: "Drawn digits only: one hand a peer",
  source: "as the writers of LEAF's FEMNIST, Caldas et al. 2018",
  parameters: {},
};
