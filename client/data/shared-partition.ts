import type { RunConfig } from "../../shared/run/config.ts";

/** Whether the data is dealt at all: glyphs of writers or all alike are drawn anew for each peer. */
export function isDealt({ data, partition }: { readonly data: string; readonly partition: string }): boolean {
  return data === "served" || !/^(iid|writers)$/.test(partition.trim());
}

/** The id of the partition that a peer trains on where data is dealt: its seat mod the number of partitions. */
export function partitionIdOf(seat: number, { partitions }: Pick<RunConfig, "partitions">): number {
  return seat % partitions;
}

/** That a peer of this seat has the same data as one before it, and what to do; null if it does not. */
export function sharedPartition(config: Pick<RunConfig, "data" | "partition" | "partitions">, seat: number): string | null {
  const { partitions } = config;
  if (seat < partitions || !isDealt(config)) return null;
  const dealt = partitions === 1 ? "1 partition" : `${partitions} partitions`;
  return `this peer, number ${seat}, trains on the same data as number ${partitionIdOf(seat, config)} did or does: the room deals its data into ${dealt}; for more peers, open a room with more partitions`;
}
