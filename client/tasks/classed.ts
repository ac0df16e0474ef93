import { crossEntropy } from "./losses/cross-entropy.ts";
import { sumLosses } from "./losses/sum-losses.ts";
import type { Task } from "./task.ts";

/** Loss and metrics of whatever has one right class: summed cross-entropy and hits, of each sample or each token. */
export const classed: Pick<Task, "loss" | "measure"> = {
  loss: crossEntropy,
  measure({ outputs, targets }) {
    const { loss, correct } = sumLosses(outputs, targets, outputs.length / targets.length);
    return { sums: [loss, correct], count: targets.length };
  },
};
