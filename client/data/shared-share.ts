import type { RunConfig } from "../../shared/run/config.ts";

/** Whether the data is dealt at all: glyphs of writers or all alike are drawn anew for each peer. */
export function isDealt({ data, partition }: { readonly data: string; readonly partition: string }): boolean {
  return data === "served" || !/^(iid|writers)$/.test(partition.trim());
}

/** That a peer of this seat has the same data as one before it, and what to do; null if it does not. */
export function sharedShare(config: Pick<RunConfig, "data" | "partition" | "shares">, seat: number): string | null {
  const { shares } = config;
  if (seat < shares || !isDealt(config)) return null;
  return `this peer, number ${seat}, trains on the same data as number ${seat % shares} did or does: the room deals its data into ${shares === 1 ? "1 share" : `${shares} shares`}; for more peers, open a room with more shares`;
}
