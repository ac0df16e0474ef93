import type { DataSet, ImageShape, LabeledImages } from "../data/data-set.ts";
import { imagesTask } from "./images.ts";
import { imageSamples } from "./samples/image-samples.ts";
import type { TaskData } from "./task-data.ts";

/** The task of images of this shape, and what a model must take and give for it. */
export function imageKind({ height, width, channels, classes }: ImageShape): Pick<TaskData, "task" | "shape"> {
  return { task: imagesTask, shape: { input: [height, width, channels], outputs: classes } };
}

/** Labeled images as samples of the task `images`; all members have the same held-out ones. */
export function imageData({ train, test, ...sides }: DataSet, { isAugmented = false } = {}): TaskData {
  const samples = ({ images, labels }: LabeledImages) => imageSamples({ ...sides, pixels: images, labels, isAugmented });
  return {
    ...imageKind(sides),
    train: samples(train),
    test: samples(test),
    isTestShared: true,
    statistics: 0,
  };
}
