import { defaultConfig } from "./config.ts";

/** Where nobody says how many partitions there are: no peer of those that a run begins with has the data of another. */
export function usualPartitions(startAt: number): number {
  const { partitions } = defaultConfig;
  return Number.isInteger(startAt) && startAt <= 4096 ? Math.max(partitions, startAt) : partitions;
}
