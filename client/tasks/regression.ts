import { featuresOf, featureWidth } from "./columns/features.ts";
import { numberTargets, requireTable } from "./columns/targets.ts";
import { squaredError } from "./losses/squared-error.ts";
import { scalingOf } from "./samples/standardize.ts";
import { tableSamples } from "./samples/table-samples.ts";
import type { Task } from "./task.ts";

/** The target is brought to mean 0 and variance 1 as the features are. The loss is in that scale, the mean absolute error in the column's own. */
export const regressionTask: Task = {
  name: "regression",
  shape: async (schema) => ({ input: [featureWidth(requireTable(schema))], outputs: 1 }),
  statistics: (schema) => 2 * featureWidth(requireTable(schema)) + 2,
  samples: async (found, schema) => tableSamples({ ...featuresOf(found, schema), targets: numberTargets(found, schema) }),
  loss: squaredError,
  measure({ outputs, targets, statistics }) {
    const scale = scalingOf(statistics.slice(-2)).scales[0]!;
    let [squares, absolute] = [0, 0];
    for (let i = 0; i < targets.length; i += 1) {
      const error = outputs[i]! - targets[i]!;
      squares += error * error;
      absolute += Math.abs(error) * scale;
    }
    return { sums: [squares, absolute], count: targets.length };
  },
};
