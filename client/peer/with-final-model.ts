import { confusionOf } from "../../shared/run/confusion.ts";
import type { PeerReport } from "../../shared/run/report.ts";
import { metricsOf, type TaskName } from "../../shared/run/tasks.ts";
import type { Evaluation } from "../../shared/run/trainer.ts";
import type { ClientReport } from "./client-report.ts";

/**
 * Passes reports on. Rounds test the model that they start from, so the last one is tested by none: once the run has finished, each
 * peer tests it on the whole held-out set, and reports that.
 */
export function withFinalModel(
  report: (report: ClientReport) => void,
  evaluate: () => Promise<Evaluation>,
): (report: ClientReport) => void {
  let task: TaskName = "images";
  const test = async ({ round, hash }: Extract<PeerReport, { type: "finished" }>): Promise<void> => {
    try {
      const tested = await evaluate();
      const metrics = metricsOf(task, tested);
      const { loss = null, accuracy = null } = metrics;
      report({ type: "evaluated", round, hash, metrics, loss, accuracy, confusion: confusionOf(tested), tested: tested.count });
    } catch (cause) {
      report({ type: "notice", text: `the final model could not be tested: ${cause instanceof Error ? cause.message : cause}` });
      report({ type: "evaluated", round, hash, metrics: {}, loss: null, accuracy: null, confusion: null, tested: 0 });
    }
  };
  return (told) => {
    if (told.type === "joined") task = told.config.task;
    report(told);
    if (told.type === "finished") void test(told);
  };
}
