import { DataError } from "../data/data-set.ts";
import { classed } from "./classed.ts";
import { imageSamples } from "./samples/image-samples.ts";
import type { Task } from "./task.ts";

export const imagesTask: Task = {
  ...classed("images"),
  async shape(schema) {
    if (schema.kind !== "images") throw new DataError(`task: expected images, got data of the kind ${schema.kind}`);
    const { height, width, channels, classes } = schema;
    return { input: [height, width, channels], outputs: classes.length };
  },
  statistics: () => 0,
  async samples(found, _, { isAugmented = false }) {
    if (found.kind !== "images" || found.labels === null)
      throw new DataError("task: expected images with labels, got data without");
    return imageSamples({ ...found, labels: found.labels, isAugmented });
  },
};
