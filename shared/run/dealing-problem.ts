import type { RunConfig } from "./config.ts";
import { dealingUsages, either, parseDealing } from "./dealing.ts";

/** A pool of drawn digits that is dealt by label: so many labels are dealt in a tenth of a second. */
const maxPooled = 2_000_000;

/** The fields that say how data is dealt. */
export type DealtFields = Pick<RunConfig, "data" | "partition" | "partitions" | "samples">;

/** Why this data cannot be dealt so, as "expected …, got …"; null if it can, as far as is known before served data are there. */
export function dealingProblem({ data, partition, partitions, samples }: DealtFields): string | null {
  const dealing = parseDealing(partition);
  if (typeof dealing === "string") return `${dealing}, got ${partition}`;
  if (data !== "drawn") {
    if (dealing.kind !== "writers") return null;
    const others = dealingUsages.filter((usage) => usage !== "writers");
    return `expected ${either(others)} for ${data} data, whose writers are not known, got writers`;
  }
  if (dealing.kind === "writers" || dealing.kind === "iid") return null;
  if (dealing.kind === "by") return `expected a partition of images, which have no columns, got ${partition}`;
  const pooled = partitions * samples;
  if (pooled > maxPooled) return `expected at most ${maxPooled} digits to be dealt, got ${pooled} (partitions × samples)`;
  if (dealing.kind === "shards" && dealing.each > samples) {
    return `expected at most ${samples} shards a peer, as many as it has samples, got ${dealing.each}`;
  }
  return null;
}
