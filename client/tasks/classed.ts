import { confusedClasses, confusionSums } from "../../shared/run/confusion.ts";
import type { TaskName } from "../../shared/run/tasks.ts";
import { confuse } from "./losses/confuse.ts";
import { crossEntropy } from "./losses/cross-entropy.ts";
import { sumLosses } from "./losses/sum-losses.ts";
import type { Task } from "./task.ts";

/** Loss and metrics of whatever has one right class: summed cross-entropy and hits, of each sample or each token; of few classes their counts. */
export function classed(name: TaskName): Pick<Task, "name" | "loss" | "measure"> {
  return {
    name,
    loss: crossEntropy,
    measure({ outputs, targets }) {
      const classes = outputs.length / targets.length;
      const { loss, correct } = sumLosses(outputs, targets, classes);
      const isConfused = confusedClasses(name, classes) !== undefined;
      const counts = isConfused ? confusionSums(confuse(outputs, targets, classes)) : [];
      return { sums: [loss, correct, ...counts], count: targets.length };
    },
  };
}
