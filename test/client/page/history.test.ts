import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyHistory, type HistoryPoint, historyLimit, recordRound, recordTest } from "../../../client/page/state/history.ts";

/** What a round reports: its model is as good as its number says, and it tests the one before. */
const report = (round: number) => ({
  round,
  evaluated: round - 1,
  trainingLoss: round,
  metrics: { loss: round - 1, mae: round - 1 },
});
const point = (round: number, loss: number | null = round): HistoryPoint => {
  return { round, trainingLoss: round === 0 ? null : round, loss, headline: loss };
};

describe("the history of a run", () => {
  it("shows how a model did at the round that it came of, not at the one that tested it", () => {
    const history = [1, 2, 3].map(report).reduce(recordRound, emptyHistory);
    expect(history.points).toEqual([point(0), point(1), point(2), point(3, null)]);
    const tested = recordTest(history, { round: 3, metrics: { loss: 3, mae: 3 } });
    expect(tested.points).toEqual([point(0), point(1), point(2), point(3)]);
  });

  it("of a tab that came late begins with the model that its first round started from", () => {
    expect(recordRound(emptyHistory, report(7)).points).toEqual([{ ...point(6), trainingLoss: null }, point(7, null)]);
  });

  it("stays bounded and evenly spaced over any number of rounds, and always ends with the newest", () => {
    let history = emptyHistory;
    for (let round = 1; round <= 9000; round += 1) {
      history = recordRound(history, report(round));
      if (history.points.length > historyLimit || history.points.at(-1)?.round !== round) expect.fail(`at round ${round}`);
    }
    const kept = history.points.slice(0, -1);
    expect(kept.every(({ round, loss }, i) => round === i * history.stride && loss === round)).toBe(true);
    expect(kept.length).toBeGreaterThan(historyLimit / 2);
  });

  it("replaces what was undone when a round comes again", () => {
    const history = [report(1), report(2), report(3), { ...report(2), metrics: { loss: 5, mae: 5 } }].reduce(
      recordRound,
      emptyHistory,
    );
    expect(history.points).toEqual([point(0), point(1, 5), point(2, null)]);
  });

  it("is in ascending order whatever the order of the rounds", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 })), (rounds) => {
        const { points } = rounds.map(report).reduce(recordRound, emptyHistory);
        return points.every(({ round }, i) => i === 0 || points[i - 1]!.round < round);
      }),
    );
  });
});
