import type { RunConfig } from "../../../shared/training/config.ts";

/** Why this data cannot be dealt so, as "expected …, got …"; null if it can. */
export function partitionProblem({ data, partition }: Pick<RunConfig, "data" | "partition">): string | null {
  if (data !== "served" || partition !== "writers") return null;
  return "expected iid, dirichlet(α) or shards(n) for served data, whose writers are not known, got writers";
}
