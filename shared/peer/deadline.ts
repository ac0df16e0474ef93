import type { TopologyName } from "../tree/topologies.ts";
import { depthOf, heightOf } from "../tree/tree.ts";

/** Before any round has shown how long training takes: compiling shaders on a slow device takes tens of seconds. And at most. */
const maxTrainingMs = 60_000;
/** A scheduler's hiccup is not a straggler. */
const minTrainingMs = 1_000;
/** One message over one link, on a bad mobile network. */
const hopMs = 500;
/** Devices differ: a phone beside desktops may take this many times the mean. Slower ones keep their update for a later round. */
const patience = 4;

/**
 * How long a peer waits for its part of a round: the training estimate, plus two hops for each level below it (a child
 * starts a hop later, and its report takes a hop).
 * @param typicalMs the mean training time of those who counted in the last round; null before the first
 */
export function deadlineMs(tree: TopologyName, position: number, members: number, typicalMs: number | null): number {
  const trainingMs = typicalMs === null ? maxTrainingMs : Math.min(Math.max(patience * typicalMs, minTrainingMs), maxTrainingMs);
  const levelsBelow = heightOf(tree, members) - depthOf(tree, position);
  return trainingMs + 2 * Math.max(levelsBelow, 0) * hopMs;
}
