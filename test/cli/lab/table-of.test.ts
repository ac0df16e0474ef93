import { describe, expect, it } from "vitest";
import { type Cell, cellOf } from "../../../cli/lab/cell.ts";
import type { LabRow } from "../../../cli/lab/lab-row.ts";
import { abscissas, curvesOf } from "../../../cli/lab/plot-of.ts";
import { tableOf } from "../../../cli/lab/table-of.ts";

const varied: readonly (keyof Cell)[] = ["rate", "seed"];

/** A row whose accuracy goes as given, a test every ten rounds. */
function row(arm: string, fields: Partial<Cell>, accuracies: readonly number[], divergedIn: number | null = null): LabRow {
  const { cell } = cellOf({ rounds: 30, scheme: arm === "dense" ? "none" : "topk(1%)", ...fields });
  const points = accuracies.map((accuracy, i) => ({
    round: 10 * (i + 1),
    gradients: 100 * (i + 1),
    bytes: 1_000 * (i + 1),
    wireBytes: 1_100 * (i + 1),
    pathBytes: 4_000 * (i + 1),
    trainingLoss: 1,
    metrics: { loss: 1 - accuracy, accuracy },
  }));
  const made = { seconds: 1, machine: "", date: "" };
  return { type: "run", version: 1, arm, cell, parameters: 10, points, hash: "", divergedIn, made };
}

describe("a table", () => {
  it("has each arm at the rate whose mean over seeds is best, with its deviation", () => {
    const [dense, sparse] = tableOf(
      [
        row("dense", { rate: 0.1, seed: 1 }, [0.5, 0.8]),
        row("dense", { rate: 0.1, seed: 2 }, [0.5, 0.7]),
        row("dense", { rate: 0.3, seed: 1 }, [0.6, 0.9]),
        row("dense", { rate: 0.3, seed: 2 }, [0.95, 0.8]),
        row("sparse", { rate: 0.1, seed: 1 }, [0.2, 0.3]),
      ],
      varied,
      null,
    );
    expect(dense).toMatchObject({
      name: "dense",
      metric: "accuracy",
      rate: 0.3,
      seeds: 2,
      diverged: 0,
      bytes: 2_000,
      gradients: 200,
    });
    expect(dense!.mean).toBeCloseTo(0.85, 12);
    expect(dense!.deviation).toBeCloseTo(Math.SQRT1_2 * 0.1, 12);
    expect(dense!.best).toBeCloseTo(0.925, 12);
    expect(sparse).toMatchObject({ name: "sparse", seeds: 1, mean: 0.3, deviation: null });
  });

  it("keeps runs of one arm apart that differ in more than rate and seed", () => {
    const rows = [1, 5].flatMap((localSteps) => [1, 2].map((seed) => row("EF14", { localSteps, seed }, [localSteps / 10])));
    expect(tableOf(rows, ["localSteps", "seed"], null)).toMatchObject([
      { name: "EF14, localSteps 1", seeds: 2, mean: 0.1 },
      { name: "EF14, localSteps 5", seeds: 2, mean: 0.5 },
    ]);
  });

  it("of a loss takes the least for the best", () => {
    const rows = [row("dense", { rate: 0.1 }, [0.9, 0.8]), row("dense", { rate: 0.3 }, [0.5, 0.6])];
    expect(tableOf(rows, varied, "loss")).toMatchObject([
      { rate: 0.1, metric: "loss", mean: expect.closeTo(0.2, 12), best: expect.closeTo(0.1, 12) },
    ]);
  });

  it("does not count a run that diverged, and prefers any rate to one whose runs all did", () => {
    const rows = [
      row("dense", { rate: 1 }, [0.99], 12),
      row("dense", { rate: 0.1, seed: 1 }, [0.4]),
      row("dense", { rate: 0.1, seed: 2 }, [], 3),
    ];
    expect(tableOf(rows, varied, null)).toMatchObject([{ rate: 0.1, seeds: 2, diverged: 1, mean: 0.4 }]);
  });

  it("refuses a metric that no run has", () => {
    expect(() => tableOf([row("dense", {}, [0.5])], varied, "mae")).toThrow("--metric: expected one of loss, accuracy, got mae");
  });
});

it("a curve is the mean over seeds of x and of the metric, as far as all of them went, without what diverged", () => {
  const rows = [
    row("dense", { seed: 1 }, [0.2, 0.4, 0.6]),
    row("dense", { seed: 2 }, [0.4, 0.6]),
    row("dense", { seed: 3 }, [0.9], 12),
  ];
  const { metric, panels } = curvesOf(rows, varied, { against: [abscissas.rounds, abscissas.bytes], wanted: null });
  expect(metric).toBe("accuracy");
  const [rounds, bytes] = panels.map(({ lines }) => lines[0]!.points.map(([x, y]) => [x, +y.toFixed(9)]));
  expect(rounds).toEqual([
    [10, 0.3],
    [20, 0.5],
  ]);
  expect(bytes).toEqual([
    [1_000, 0.3],
    [2_000, 0.5],
  ]);
});
