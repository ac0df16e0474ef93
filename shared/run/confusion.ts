import { maxSums } from "../sum/part.ts";
import type { TaskName } from "./tasks.ts";

/** counts[i][j]: held-out samples of class i that were taken for class j. The diagonal are the hits. */
export type Confusion = readonly (readonly number[])[];

/** Tasks of which a sample has one of several classes. A token is none: its classes are many. */
const classTasks: readonly TaskName[] = ["images", "table", "texts"];

/** K of a run whose sums hold a confusion matrix: the model's outputs, where a message has room for K² sums. Undefined: they hold none. */
export function confusedClasses(task: TaskName, outputs: number): number | undefined {
  return classTasks.includes(task) && outputs >= 2 && outputs ** 2 <= maxSums ? outputs : undefined;
}

/** The sums of K classes' counts, row by row, that follow loss and hits: all but the last two, which hits and tested samples tell. */
export function confusionSums(counts: readonly number[]): readonly number[] {
  return counts.slice(0, -2);
}

/**
 * The counts of K classes in K² sums: loss, hits, and the first K² − 2 counts. The last is the hits less the others of the diagonal, the
 * last but one is what all the others leave of the samples tested: so the trace is the hits, and the total is the samples.
 * @param classes K; left out, as many as these sums are of
 * @returns null where there are none, or no numbers of samples: a peer may send anything
 */
export function confusionOf(
  { sums, count }: { readonly sums: readonly number[]; readonly count: number },
  classes = Math.sqrt(sums.length),
): Confusion | null {
  if (!Number.isInteger(classes) || classes < 2 || sums.length < classes ** 2 || count === 0) return null;
  const [, hits] = sums as [number, number];
  const known = sums.slice(2, classes ** 2);
  const trace = known.reduce((sum, samples, i) => (i % (classes + 1) === 0 ? sum + samples : sum), 0);
  const last = hits - trace;
  const counts = [...known, known.reduce((left, samples) => left - samples, count - last), last];
  if (!counts.every((samples) => Number.isInteger(samples) && samples >= 0)) return null;
  return Array.from({ length: classes }, (_, i) => counts.slice(i * classes, (i + 1) * classes));
}
