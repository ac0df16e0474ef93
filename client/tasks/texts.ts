import { classed } from "./classed.ts";
import { classesOf, classTargets } from "./columns/targets.ts";
import { textFeatures, textFeaturesOf } from "./columns/text-features.ts";
import { tableSamples } from "./samples/table-samples.ts";
import type { Task } from "./task.ts";

export const textsTask: Task = {
  ...classed("texts"),
  shape: async (schema) => ({ input: [textFeatures], outputs: classesOf(schema).length }),
  statistics: () => 0,
  samples: async (found, schema) => tableSamples({ ...textFeaturesOf(found), targets: classTargets(found, schema) }),
};
