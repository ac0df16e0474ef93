/**
 * How sparse sums are added over the tree. `gtopk`: truncated to k at each node, O(k log P) on the critical path. `exact`: nothing
 * is dropped, so that supports grow up the tree. `dense`: exact, with d floats in every message. `allgather`: every peer gets every
 * summand and adds by itself, O(kP) a peer: the baseline. `auto`: exact for few peers, gTop-k for more. The others find one support for
 * all peers by a first sum, `twopass` by gTop-k, `leader` by one peer's choice, `countsketch` by a sketch of the sum, and add the values on
 * it exactly by a second, without indices.
 */
export const aggregates = ["gtopk", "exact", "dense", "allgather", "auto", "twopass", "leader", "countsketch"] as const;
export type Aggregate = (typeof aggregates)[number];

/** Who keeps what a truncation rejects: `in-network`, the peer that merges; `gmask`, nobody (as gTop-k was published). */
export const truncationResiduals = ["in-network", "gmask"] as const;
export type TruncationResidual = (typeof truncationResiduals)[number];
