import type { ModelShape } from "../models/model-method.ts";
import type { Samples } from "./samples/samples.ts";
import type { Task } from "./task.ts";

/** One peer's samples of a task, and what a model must take and give for them. */
export interface TaskData {
  readonly task: Task;
  readonly shape: ModelShape;
  /** This peer's own training samples. */
  readonly train: Samples;
  /** What the model is tested on: nobody trains on it. */
  readonly test: Samples;
  /** Whether all members have the same held-out samples, of which each tests a slice; if not, each tests its own. */
  readonly isTestShared: boolean;
  /** Length of the task's statistics. */
  readonly statistics: number;
}
