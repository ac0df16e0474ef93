import type { Method } from "./method.ts";
import { blockIn, type Quantiser } from "./quantiser.ts";

/** Each step lowers the error or ends the search; a block of 128 Gaussians needs about 8. */
const mostSteps = 32;

/**
 * Two bits a value: its sign, and which of the block's two magnitudes, set by Lloyd's iteration on |v| (Lloyd 1982): each
 * magnitude is the mean of those nearer to it, starting from the mean as the boundary. The error is never above that of the
 * sign with the block's mean magnitude. No α is known beforehand: log the measured one. O(n · steps).
 */
export function twoLevel({ block }: { readonly block: number }): Quantiser {
  return (values) => {
    const quantised = new Float32Array(values.length);
    for (let start = 0; start < values.length; start += block) {
      const end = Math.min(start + block, values.length);
      const { low, high, boundary } = levelsOf(values, start, end);
      for (let i = start; i < end; i += 1) {
        const magnitude = Math.abs(values[i]!) < boundary ? low : high;
        quantised[i] = values[i]! < 0 ? -magnitude : magnitude;
      }
    }
    return quantised;
  };
}

interface Levels {
  readonly low: number;
  readonly high: number;
  /** Magnitudes below it take `low`, the others `high`. */
  readonly boundary: number;
}

function levelsOf(values: Float32Array, start: number, end: number): Levels {
  let total = 0;
  for (let i = start; i < end; i += 1) total += Math.abs(values[i]!);
  let levels = means(values, start, end, total / (end - start));
  for (let step = 1; step < mostSteps; step += 1) {
    const next = means(values, start, end, (levels.low + levels.high) / 2);
    if (next.low === levels.low && next.high === levels.high) break;
    levels = next;
  }
  return levels;
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

export const twoLevelMethod: Method = {
  name: "twolevel",
  kind: "quantiser",
  usage: "twolevel(block=128)",
  example: "twolevel",
  summary: "Sends of each number only its sign and whether it is a small or a large one of its block.",
  law: "‖Q(v) − v‖² at most that of the sign with each block's mean magnitude",
  source: "Lloyd 1982, on the magnitudes of a block",
  build: (given) => twoLevel({ block: blockIn(given, "block") }),
};
