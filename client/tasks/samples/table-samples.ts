import { noStatistics, requireSample, type Samples } from "./samples.ts";
import { momentsOf, scalingOf, standardize } from "./standardize.ts";

/** Rows of features with their targets. */
export interface FeatureRows {
  /** n · width, row-major; NaN: missing. */
  readonly features: Float32Array;
  readonly width: number;
  /** Whether a feature is a number, and is brought to mean 0 and variance 1; an indicator stays 0 or 1. Absent: none is, and there are no statistics. */
  readonly isNumber?: readonly boolean[];
  /** Class numbers, or numbers to predict. */
  readonly targets: Int32Array | Float32Array;
}

/**
 * Rows of a table, standardised by the members' moments: of each numeric feature, and of the target where that is a number. A missing
 * number is 0 then, the mean. Statistics: means and mean squares of the features, then of the target.
 */
export function tableSamples({ features, width, isNumber, targets }: FeatureRows): Samples {
  const statistics = isNumber === undefined ? noStatistics : statisticsOf({ features, width, isNumber, targets });
  return {
    count: targets.length,
    statistics,
    gather(batch, { statistics: moments }) {
      const inputs = new Float32Array(batch.length * width);
      for (let i = 0; i < batch.length; i += 1) {
        const from = requireSample(batch[i]!, targets.length) * width;
        inputs.set(features.subarray(from, from + width), i * width);
      }
      if (isNumber !== undefined) standardize(inputs, scalingOf(moments.subarray(0, 2 * width)));
      if (targets instanceof Int32Array) return { inputs, targets: Int32Array.from(batch, (sample) => targets[sample]!) };
      const chosen = Float32Array.from(batch, (sample) => targets[sample]!);
      standardize(chosen, scalingOf(moments.subarray(2 * width)));
      return { inputs, targets: chosen };
    },
  };
}

function statisticsOf({ features, width, isNumber, targets }: Required<FeatureRows>): Float32Array {
  const own = momentsOf(features, width);
  for (let column = 0; column < width; column += 1) {
    if (isNumber[column]!) continue;
    own[column] = 0;
    own[width + column] = 1;
  }
  return targets instanceof Int32Array ? own : Float32Array.of(...own, ...momentsOf(targets, 1));
}
