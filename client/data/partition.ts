import type { Dealing } from "../../shared/run/dealing.ts";
import type { Keys, PartitionMethod } from "../../shared/run/partitions/partition-method.ts";
import { partitionMethods } from "../../shared/run/partitions/registry.ts";
import { DataError } from "./data-set.ts";

/** How samples are dealt that are all here: not by who drew them. */
export type DealtDealing = Exclude<Dealing, { kind: "writers" }>;

/**
 * Deals the samples 0 … keys.length − 1 into partitions: each sample to exactly one, none empty. The same on every
 * peer for the same arguments.
 * @param keys what the dealing goes by: the class of each sample (`strataOf`), or for `by` the number of its value (`groupsOf`)
 * @throws {DataError} if there are too few samples or values for no partition to be empty, or an argument is out of its range
 */
export function partition(keys: Keys, partitions: number, dealing: DealtDealing, seed: number): Uint32Array<ArrayBuffer>[] {
  const { kind, ...args } = dealing;
  const method: PartitionMethod = partitionMethods.find(({ name }) => name === kind)!;
  if (keys.length < partitions)
    throw new DataError(`expected at least ${partitions} samples, one for each piece that is dealt, got ${keys.length}`);
  try {
    return method.deal!(keys, args, { partitions, seed });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new DataError(cause.message, { cause });
  }
}

/** Samples of each key in each partition: `[partition][key]`. @param count keys are below it */
export function histogram(parts: readonly Uint32Array[], keys: Keys, count: number): readonly (readonly number[])[] {
  return parts.map((samples) => {
    const counts = Array.from({ length: count }, () => 0);
    for (const sample of samples) {
      const key = keys[sample]!;
      if (key >= 0 && key < count) counts[key]! += 1;
    }
    return counts;
  });
}
