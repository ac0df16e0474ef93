import { describe, expect, it } from "vitest";
import { createRoundReporter } from "../../shared/peer/round-reporter.ts";
import type { Decision } from "../../shared/reduce/all-reduce-types.ts";
import type { RoundReport } from "../../shared/run/report.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";
import { noMetrics } from "../../shared/sum/part.ts";
import { contributorsOf } from "../../shared/tree/contributors.ts";
import { sparseUpdate } from "../../shared/vector/update.ts";

const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
const account = { parameters: 10, task: "images", classes: 0, payload: { index: 0, value: 0, statistics: 0, other: 0 } } as const;

function decided(counted: boolean, sums: readonly number[] = [20, 4]): Decision {
  const contributors = contributorsOf(2, [0, 1]);
  const metrics = { ...noMetrics, tested: 10, sums };
  const sum = sparseUpdate(10, new Uint32Array(0), new Float32Array(0));
  const part = { contributors, weight: 2, metrics, sum };
  return { totals: [], earlier: [], part, committedBy: [1, 1], hash: null, counted, local: null, undoLog: [] };
}

/** The reports of rounds that begin and are committed at these times (ms); null: this peer did not train for it. */
async function reports(...rounds: readonly (readonly [began: number | null, committed: number])[]): Promise<RoundReport[]> {
  const clock = createVirtualClock(settle);
  const told: RoundReport[] = [];
  const reporter = createRoundReporter(
    () => Promise.resolve([]),
    clock,
    (report) => void (report.type === "round" && told.push(report)),
  );
  for (const [index, [began, committed]] of rounds.entries()) {
    const tip = { round: index + 1, version: [1, 1] as const, hash: String(index).padStart(32, "0") };
    if (began !== null) clock.after(began, () => reporter.training(tip.round));
    clock.after(committed, () => reporter.committed(tip, decided(began !== null), account));
  }
  await clock.run();
  return told;
}

describe("the report of a round", () => {
  it("counts the time since this peer began to train for it, not the wait before", async () => {
    const rounds = await reports([10_000, 10_250], [60_000, 60_500]);
    expect(rounds.map(({ seconds }) => seconds)).toEqual([0.25, 0.5]);
  });

  it("has no time where this peer did not train for the round: it was committed before it came", async () => {
    const rounds = await reports([null, 100], [null, 100.455], [101, 351]);
    expect(rounds.map(({ seconds, counted }) => [seconds, counted])).toEqual([
      [null, false],
      [null, false],
      [0.25, true],
    ]);
  });

  it("says that what was tested is the model of the round before", async () => {
    const [first, second] = await reports([0, 1], [2, 3]);
    expect([first?.evaluated, second?.evaluated, second?.accuracy, second?.loss]).toEqual([0, 1, 0.4, 2]);
  });

  it("has the counts of the run's classes, and where the sums hold none, the means alone", async () => {
    const told: RoundReport[] = [];
    const reporter = createRoundReporter(
      () => Promise.resolve([]),
      createVirtualClock(settle),
      (report) => void (report.type === "round" && told.push(report)),
    );
    for (const [index, sums] of [
      [20, 4, 3, 1],
      [20, 4],
      [20, 4, 30, 1],
      [20, 4, 0.5, 1],
    ].entries()) {
      const tip = { round: index + 1, version: [1, 1] as const, hash: String(index).padStart(32, "0") };
      reporter.committed(tip, decided(true, sums), { ...account, classes: 2 });
    }
    await settle();
    const matrix = [
      [3, 1],
      [5, 1],
    ];
    expect(told.map(({ accuracy, confusion }) => [accuracy, confusion])).toEqual(
      [matrix, null, null, null].map((confusion) => [0.4, confusion]),
    );
  });
});
