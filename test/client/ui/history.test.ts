import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyHistory, type HistoryPoint, historyLimit, recordRound } from "../../../client/browser/history.ts";

const point = (round: number): HistoryPoint => ({ round, trainingLoss: round, loss: null, accuracy: null });

describe("the history of a run", () => {
  it("keeps every round while they fit", () => {
    const history = [1, 2, 3].map(point).reduce(recordRound, emptyHistory);
    expect(history.points.map(({ round }) => round)).toEqual([1, 2, 3]);
  });

  it("stays bounded and evenly spaced over any number of rounds, and always ends with the newest", () => {
    let history = emptyHistory;
    for (let round = 1; round <= 9000; round += 1) {
      history = recordRound(history, point(round));
      if (history.points.length > historyLimit || history.points.at(-1)?.round !== round) expect.fail(`at round ${round}`);
    }
    const rounds = history.points.map(({ round }) => round);
    expect(rounds.slice(0, -1).every((round, i) => round === (i + 1) * history.stride)).toBe(true);
    expect(rounds.length).toBeGreaterThan(historyLimit / 2);
  });

  it("replaces what was undone when a round comes again", () => {
    const history = [point(1), point(2), point(3), { ...point(2), loss: 5 }].reduce(recordRound, emptyHistory);
    expect(history.points).toEqual([point(1), { ...point(2), loss: 5 }]);
  });

  it("is in ascending order whatever the order of the rounds", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 })), (rounds) => {
        const { points } = rounds.map(point).reduce(recordRound, emptyHistory);
        return points.every(({ round }, i) => i === 0 || points[i - 1]!.round < round);
      }),
    );
  });
});
