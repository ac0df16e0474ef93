import { formatted } from "../../vector/formats/formatted.ts";
import { boundedIndices, cutTo, type SupportSearch } from "./support-search.ts";

/** The format of entries that only find where to send: a byte each. One below 1/253 of the largest of its block is not found. */
const format = "block8";

/**
 * The support is that of gTop-k's total: every peer gives the entries that it would send, which are cut to k at each node. Down the tree
 * go their places alone. About k bytes and k indices up, k indices down, beside the values.
 */
export const twoPass: SupportSearch = {
  phase: (bounds) => ({ merge: { ...cutTo(bounds), format, places: "total" }, length: bounds.length }),
  summand(searcher) {
    const entries = searcher.entries();
    return { ...entries, values: formatted(entries.values.data, format) };
  },
  support: boundedIndices,
};
