/** Each step lowers the error or ends the search; a block of 128 Gaussians needs about 8. */
const maxSteps = 32;

/** Two magnitudes for a block of values; both are float32. */
export interface Levels {
  readonly low: number;
  readonly high: number;
  /** Magnitudes below it take `low`, the others `high`. */
  readonly boundary: number;
}

/**
 * The magnitudes of values[start … end) by Lloyd's iteration on |v| (Lloyd 1982): each is the mean of those nearer to it,
 * starting from the mean as the boundary. O(n · steps).
 */
export function levelsOf(values: Float32Array, start: number, end: number): Levels {
  let total = 0;
  for (let i = start; i < end; i += 1) total += Math.abs(values[i]!);
  let levels = means(values, start, end, total / (end - start));
  for (let step = 1; step < maxSteps; step += 1) {
    const next = means(values, start, end, (levels.low + levels.high) / 2);
    if (next.low === levels.low && next.high === levels.high) break;
    levels = next;
  }
  return { ...levels, low: Math.fround(levels.low), high: Math.fround(levels.high) };
}

/** The mean magnitude on either side of the boundary; 0 and the boundary itself where a side is empty. */
function means(values: Float32Array, start: number, end: number, boundary: number): Levels {
  let lowSum = 0;
  let lowCount = 0;
  let highSum = 0;
  for (let i = start; i < end; i += 1) {
    const magnitude = Math.abs(values[i]!);
    if (magnitude < boundary) {
      lowSum += magnitude;
      lowCount += 1;
    } else highSum += magnitude;
  }
  const highCount = end - start - lowCount;
  return {
    low: lowCount === 0 ? 0 : lowSum / lowCount,
    high: highCount === 0 ? boundary : highSum / highCount,
    boundary,
  };
}
