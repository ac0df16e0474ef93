import { sampleIndices, seeded } from "../../base/random.ts";
import { entryCount, indicesOf, placesUpdate, type Update, zeroUpdate } from "../../vector/update.ts";
import { chosenInBlocks } from "../sparsifiers/blocks.ts";
import { boundedIndices, cutTo, type SupportSearch } from "./support-search.ts";

/**
 * CLT-k of ScaleCom (Chen et al. 2020): the support is that of the entries that one member would send, the leader: in round r of n
 * members the one at position r mod n. Its k indices travel from it to the root, and from there to all; others give an empty summand.
 * Where the leader has nothing to name, or is not in the sum, the support is drawn: k coordinates, the same on all peers.
 */
export const leader: SupportSearch = {
  phase: (bounds) => ({ merge: { ...cutTo(bounds), places: "each" }, length: bounds.length }),
  summand({ position, members, entries }, { round, length }) {
    return position === round % members ? placesOf(entries()) : zeroUpdate(length);
  },
  support(total, bounds) {
    if (entryCount(total) > 0) return boundedIndices(total, bounds);
    const rng = seeded(bounds.round, "leader");
    return chosenInBlocks(bounds.blocks, (begin, end, keep) => sampleIndices(end - begin, keep, rng));
  },
};

/** Where an update is not 0. */
function placesOf(update: Update): Update {
  const { data } = update.values;
  const indices = indicesOf(update) ?? Uint32Array.from(data, (_, i) => i);
  return placesUpdate(
    update.length,
    indices.filter((_, j) => data[j] !== 0),
  );
}
