import type { RunConfig } from "../../shared/run/config.ts";

/** Whether the data is dealt from one pool: digits dealt by `writers` or `iid` are drawn anew for each peer, own files are each peer's. */
export function isDealt({ data, partition }: { readonly data: string; readonly partition: string }): boolean {
  if (data === "own") return false;
  return data === "served" || !/^(iid|writers)$/.test(partition.trim());
}

/** The id of the partition that a peer trains on where data is dealt: its seat mod the number of partitions. */
export function partitionIdOf(seat: number, { partitions }: Pick<RunConfig, "partitions">): number {
  return seat % partitions;
}

/** A sentence that says whose data a peer of this seat shares, and what to do about it; null if its data is its own. */
export function sharedPartition(config: Pick<RunConfig, "data" | "partition" | "partitions">, seat: number): string | null {
  const { partitions } = config;
  if (seat < partitions || !isDealt(config)) return null;
  const dealt = partitions === 1 ? "1 partition" : `${partitions} partitions`;
  return `this peer, number ${seat}, trains on the same data as number ${partitionIdOf(seat, config)} did or does: the room deals its data into ${dealt}; for more peers, open a room with more partitions`;
}
