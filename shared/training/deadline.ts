import { depthOf, heightOf, type TreeKind } from "../aggregate/tree.ts";

/** Before any round has shown how long training takes: compiling shaders on a slow device takes tens of seconds. */
const firstTrainingMs = 60_000;
/** A scheduler's hiccup is not a straggler. */
const leastTrainingMs = 1_000;
/** One message over one link, on a bad mobile network. */
const hopMs = 500;
/** Trainings vary; the slowest of the last round, three times over, is late by any measure. */
const patience = 3;

/**
 * How long a peer waits for its part of a round: the training estimate, plus two hops for each level below it (a child
 * starts a hop later, and its report takes a hop).
 * @param slowestMs the longest training of the last round; null before the first
 */
export function deadlineMs(tree: TreeKind, position: number, members: number, slowestMs: number | null): number {
  const trainingMs = slowestMs === null ? firstTrainingMs : Math.max(patience * slowestMs, leastTrainingMs);
  const levelsBelow = heightOf(tree, members) - depthOf(tree, position);
  return trainingMs + 2 * Math.max(levelsBelow, 0) * hopMs;
}
