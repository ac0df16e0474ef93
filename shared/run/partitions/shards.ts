import { seeded, shuffle } from "../../base/random.ts";
import { byKey, cut, naturals } from "./deal.ts";
import type { PartitionMethod } from "./partition-method.ts";

const parameters = {
  each: { type: "integer", symbol: "n", min: 1, max: 999, help: "shards a partition: about as many classes it has" },
} as const;

export const shardsPartition: PartitionMethod<"shards", typeof parameters> = {
  name: "shards",
  summary: "Sorted by class and cut into equal shards, of which each partition gets n",
  source: "McMahan et al. 2017",
  parameters,
  deal(keys, { each }, { partitions, seed }) {
    const pieces = partitions * each;
    if (keys.length < pieces)
      throw new RangeError(`expected at least ${pieces} samples, one for each piece that is dealt, got ${keys.length}`);
    const sorted = Uint32Array.from([...byKey(keys).values()].flat());
    const shards = cut(sorted, pieces);
    const order = shuffle(naturals(shards.length), seeded(seed, "partition", "shards"));
    return cut(order, partitions).map((mine) => Uint32Array.from([...mine].flatMap((shard) => [...shards[shard]!])));
  },
};
