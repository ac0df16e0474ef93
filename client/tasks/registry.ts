import type { TaskName } from "../../shared/run/tasks.ts";
import { imagesTask } from "./images.ts";
import { languageTask } from "./language.ts";
import { regressionTask } from "./regression.ts";
import { tableTask } from "./table.ts";
import type { Task } from "./task.ts";
import { textsTask } from "./texts.ts";

/** Every task: a new one is one file, one row here, and its name with its metrics in `shared/run/tasks.ts`. */
const tasks: readonly Task[] = [imagesTask, tableTask, regressionTask, textsTask, languageTask];

export function taskOf(name: TaskName): Task {
  return tasks.find((task) => task.name === name)!;
}
