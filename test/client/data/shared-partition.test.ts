import { describe, expect, it } from "vitest";
import { sharedPartition } from "../../../client/data/shared-partition.ts";

describe("a peer beyond the partitions of a room", () => {
  const dealt = { data: "served", partition: "iid", partitions: 4 } as const;

  it("is told whose data it has, and what to do", () => {
    expect([0, 3].map((seat) => sharedPartition(dealt, seat))).toEqual([null, null]);
    expect(sharedPartition(dealt, 5)).toBe(
      "this peer, number 5, trains on the same data as number 1 did or does: the room deals its data into 4 partitions; for more peers, open a room with more partitions",
    );
    expect(sharedPartition({ ...dealt, data: "drawn", partition: "shards(2)" }, 4)).toContain("number 0");
  });

  it("is told nothing where nothing is dealt: each peer draws glyphs of its own", () => {
    for (const partition of ["iid", "writers"]) expect(sharedPartition({ ...dealt, data: "drawn", partition }, 9)).toBeNull();
  });
});
