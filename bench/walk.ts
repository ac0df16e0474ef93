/** A point of the grid that was tried, and its cost: smaller is better, Infinity is divergence. */
export interface Trial {
  readonly exponents: readonly number[];
  readonly cost: number;
}

export interface Walk {
  readonly best: Trial;
  readonly trials: readonly Trial[];
}

/** Relative gain below which a neighbor does not count as better: a flat end of the grid is not walked along. */
const worthwhile = 0.01;
/** Most trials: more than a walk that converges needs. */
const maxTrials = 100;

/**
 * A local minimum on an unbounded grid: walks from the first start that converges to a better neighbor until none is better, so the
 * point found is never at an edge of the points tried. Other minima may be missed.
 */
export function walk(starts: readonly (readonly number[])[], costOf: (exponents: readonly number[]) => number): Walk {
  const tried = new Map<string, Trial>();
  const at = (exponents: readonly number[]): Trial => {
    const key = exponents.join();
    const trial = tried.get(key) ?? { exponents, cost: costOf(exponents) };
    tried.set(key, trial);
    return trial;
  };
  const firstBelow = (points: readonly (readonly number[])[], cost: number): Trial | null => {
    for (const point of points) if (at(point).cost < cost) return at(point);
    return null;
  };
  let best = firstBelow(starts, Infinity) ?? at(starts[0]!);
  while (tried.size < maxTrials) {
    const next = firstBelow(neighbors(best.exponents), best.cost * (1 - worthwhile));
    if (next === null) break;
    best = next;
  }
  return { best, trials: [...tried.values()] };
}

/** The points one step away on one axis, and those one step up on one axis and one down on another, where the product of the steps is the same. */
function neighbors(exponents: readonly number[]): number[][] {
  const axes = exponents.map((_, i) => i);
  const moved = (up: number | null, down: number | null) =>
    exponents.map((exponent, i) => exponent + (i === up ? 1 : 0) - (i === down ? 1 : 0));
  const straight = axes.flatMap((i) => [moved(i, null), moved(null, i)]);
  return [...straight, ...axes.flatMap((i) => axes.filter((j) => j !== i).map((j) => moved(i, j)))];
}
