import type { RunConfig } from "../../shared/run/config.ts";
import type { PeerReport, RoundReport } from "../../shared/run/report.ts";
import { formatLoss, formatPercent } from "../base/format.ts";
import type { ClientReport } from "./client-report.ts";

/** Loss of a model that guesses one of ten classes: ln 10. A model that learns exceeds it briefly at most, whatever its data. */
const guessingLoss = Math.log(10);
/** Multiple of the guessing loss above which a model counts as diverged. */
const tooMuch = 4;
/** A model whose accuracy once reached `knew` and then stays at most `knowsNothing` for `roundsOfNothing` rounds has diverged. */
const knew = 0.4;
const knowsNothing = 0.15;
const roundsOfNothing = 3;

/**
 * Passes reports on, and says when the run diverges, in words that a person can act on: the loss grows far beyond that of guessing,
 * a model that was good has become none, or this peer's own update is not finite. Withdrawn once the losses are as before.
 */
export function withDivergence(report: (report: ClientReport) => void): (report: ClientReport) => void {
  let config: RunConfig | null = null;
  let best = 0;
  let forgotten = 0;
  let isDiverging = false;
  const say = (symptom: string | null): void => {
    if ((symptom !== null) === isDiverging) return;
    isDiverging = symptom !== null;
    report({ type: "diverging", sentence: symptom === null ? null : `The run diverges: ${symptom}. ${advice(config)}` });
  };
  const symptomOf = ({ round, evaluated, trainingLoss, loss, accuracy }: RoundReport): string | null => {
    if (accuracy !== null) {
      best = Math.max(best, accuracy);
      forgotten = best >= knew && accuracy <= knowsNothing ? forgotten + 1 : 0;
    }
    if (forgotten >= roundsOfNothing) {
      return `the model was right in ${formatPercent(best)} of the cases, and after round ${evaluated} in ${formatPercent(accuracy ?? 0)}`;
    }
    if (loss !== null && !(loss < tooMuch * guessingLoss)) {
      return `after round ${evaluated} the loss is ${formatLoss(loss)}, far more than that of guessing`;
    }
    if (trainingLoss === null || trainingLoss < tooMuch * guessingLoss) return null;
    return `in round ${round} the training loss is ${formatLoss(trainingLoss)}, far more than that of guessing`;
  };
  return (told) => {
    report(told);
    if (told.type === "joined") config = told.config;
    if (told.type === "round") {
      const symptom = symptomOf(told);
      // A peer whose own update is not finite sees the others' losses, if they have any.
      if (symptom !== null || told.counted === true) say(symptom);
    }
    if (isNoNumber(told)) say("this peer’s update is not a finite number");
  };
}

/** Whether a notice says that the update is not finite: trainers and devices use the same words. */
function isNoNumber(told: ClientReport): told is Extract<PeerReport, { type: "notice" }> {
  return told.type === "notice" && told.text.startsWith("training failed") && told.text.includes("expected a finite update");
}

function advice(config: RunConfig | null): string {
  if (config === null) return "Open another room with a lower rate.";
  const ways = [
    `a lower rate than ${config.rate}`,
    ...(config.localSteps > 1 ? [`fewer local steps than ${config.localSteps}`] : []),
    ...(config.clip === 0 ? ["a clip, of 1 for example"] : []),
  ];
  const last = ways.pop()!;
  return `It will hardly recover: open another room with ${ways.length === 0 ? last : `${ways.join(", ")} or ${last}`}.`;
}
