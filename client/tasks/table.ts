import { classed } from "./classed.ts";
import { featuresOf, featureWidth } from "./columns/features.ts";
import { classesOf, classTargets, requireTable } from "./columns/targets.ts";
import { tableSamples } from "./samples/table-samples.ts";
import type { Task } from "./task.ts";

export const tableTask: Task = {
  ...classed("table"),
  shape: async (schema) => ({ input: [featureWidth(requireTable(schema))], outputs: classesOf(schema).length }),
  statistics: (schema) => 2 * featureWidth(requireTable(schema)),
  samples: async (found, schema) => tableSamples({ ...featuresOf(found, schema), targets: classTargets(found, schema) }),
};
