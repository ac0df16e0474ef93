import { describe, expect, it } from "vitest";
import { confuse } from "../../../client/tasks/losses/confuse.ts";
import { sumLosses } from "../../../client/tasks/losses/sum-losses.ts";
import { taskOf } from "../../../client/tasks/registry.ts";
import { seeded } from "../../../shared/base/random.ts";
import { confusionOf } from "../../../shared/run/confusion.ts";

const rows = 500;
/** Few different logits, so that many are equal; some are no numbers. */
const values = [-1, 0, 0.5, 0.5, 2, Number.NaN];

function drawn(classes: number, seed: number) {
  const rng = seeded(seed, "logits");
  const outputs = Float32Array.from({ length: rows * classes }, () => values[rng.integer(values.length)]!);
  const targets = Int32Array.from({ length: rows }, () => rng.integer(classes));
  return { outputs, targets, statistics: new Float32Array(0) };
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

describe("what is measured of classes", () => {
  it.each([2, 3, 4, 7])("of %i: each sample is counted once in its class's row, and the trace is the hits", (classes) => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const { outputs, targets } = drawn(classes, seed);
      const counts = confuse(outputs, targets, classes);
      const row = (i: number): number => total(counts.slice(i * classes, (i + 1) * classes));
      const [ofRows, ofLabels] = [row, (i: number) => targets.filter((target) => target === i).length].map((count) =>
        Array.from({ length: classes }, (_, i) => count(i)),
      );
      expect([seed, ofRows]).toEqual([seed, ofLabels]);
      const trace = total(counts.filter((_, i) => i % (classes + 1) === 0));
      expect([seed, trace]).toEqual([seed, sumLosses(outputs, targets, classes).correct]);
    }
  });

  it.each(["images", "table", "texts"] as const)("is with counts for few classes of %s", (task) => {
    const outcome = drawn(3, 1);
    const { sums, count } = taskOf(task).measure(outcome);
    expect(sums).toHaveLength(9);
    expect(confusionOf({ sums, count }, 3)?.flat()).toEqual(confuse(outcome.outputs, outcome.targets, 3));
  });

  it.each([
    ["images", 10],
    ["table", 5],
    ["language", 3],
  ] as const)("is loss and hits alone for %s of %i classes", (task, classes) => {
    const outcome = drawn(classes, 1);
    const { loss, correct } = sumLosses(outcome.outputs, outcome.targets, classes);
    expect(taskOf(task).measure(outcome)).toEqual({ sums: [loss, correct], count: rows });
  });
});
