import { byKey } from "./deal.ts";
import type { PartitionMethod } from "./partition-method.ts";

const parameters = {
  column: { type: "column", symbol: "column", help: "name of the column whose rows of one value stay together" },
} as const;

/** Goes by the number of each sample's value in the column. Ties go to the lowest number: the seed changes nothing. */
export const byColumnPartition: PartitionMethod<"by", typeof parameters> = {
  name: "by",
  summary:
    "All samples of one value of a column (a writer, a site) go to one partition; values with most samples first, each to the smallest partition",
  source: "largest first, Graham 1969",
  parameters,
  deal(keys, { column }, { partitions }) {
    const groups = [...byKey(keys).values()].sort((a, b) => b.length - a.length);
    if (groups.length < partitions)
      throw new RangeError(
        `expected at least ${partitions} different values in column ${column}, one for each partition, got ${groups.length}`,
      );
    const dealt = Array.from({ length: partitions }, (): number[] => []);
    for (const group of groups) {
      const smallest = dealt.reduce((least, samples) => (samples.length < least.length ? samples : least));
      for (const sample of group) smallest.push(sample);
    }
    return dealt.map((samples) => Uint32Array.from(samples.sort((a, b) => a - b)));
  },
};
