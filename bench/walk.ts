/** A point of the grid that was tried, and how well it did: smaller is better, Infinity is divergence. */
export interface Trial {
  readonly exponents: readonly number[];
  readonly cost: number;
}

export interface Walk {
  readonly best: Trial;
  readonly trials: readonly Trial[];
}

/** A neighbor is better only by more than this share: a flat end of the grid is not walked along. */
const worthwhile = 0.01;
/** More than any walk needs that ends. */
const maxTrials = 100;

/**
 * A good point of an endless grid, by walking from the first start that converges to a better neighbor until none is better: so
 * the point found is never at an edge of what was tried. A local search: a valley behind a ridge is not seen.
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

/** One up or down on each axis; and up on one and down on another, along the valley of steps whose product counts. */
function neighbors(exponents: readonly number[]): number[][] {
  const axes = exponents.map((_, i) => i);
  const moved = (up: number | null, down: number | null) =>
    exponents.map((exponent, i) => exponent + (i === up ? 1 : 0) - (i === down ? 1 : 0));
  const straight = axes.flatMap((i) => [moved(i, null), moved(null, i)]);
  return [...straight, ...axes.flatMap((i) => axes.filter((j) => j !== i).map((j) => moved(i, j)))];
}
