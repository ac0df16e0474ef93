import { describe, expect, it } from "vitest";
import type { ClientReport } from "../../../client/peer/client-report.ts";
import { withFinalModel } from "../../../client/peer/with-final-model.ts";
import type { PeerReport } from "../../../shared/run/report.ts";
import type { Evaluation } from "../../../shared/run/trainer.ts";

const finished: PeerReport = { type: "finished", round: 1, hash: "0".repeat(32) };

async function heard(evaluate: () => Promise<Evaluation>, ...told: readonly PeerReport[]): Promise<ClientReport[]> {
  const reports: ClientReport[] = [];
  const report = withFinalModel((each) => void reports.push(each), evaluate);
  for (const each of told) report(each);
  await new Promise<void>((resolve) => void setImmediate(resolve));
  return reports;
}

describe("the final model", () => {
  it("is tested once the run has finished, on the whole held-out set, and not before", async () => {
    const paused: PeerReport = { type: "confirmed", round: 1, hash: finished.hash };
    const evaluate = (): Promise<Evaluation> => Promise.resolve({ sums: [30, 80], count: 100 });
    expect(await heard(evaluate, paused)).toEqual([paused]);
    const { round, hash } = finished;
    expect(await heard(evaluate, paused, finished)).toEqual([
      paused,
      finished,
      {
        type: "evaluated",
        round,
        hash,
        metrics: { loss: 0.3, accuracy: 0.8 },
        loss: 0.3,
        accuracy: 0.8,
        confusion: null,
        tested: 100,
      },
    ]);
  });

  it("is told with the counts of few classes", async () => {
    const reports = await heard(() => Promise.resolve({ sums: [30, 80, 45, 5], count: 100 }), finished);
    const confusion = [
      [45, 5],
      [15, 35],
    ];
    expect(reports.at(-1)).toMatchObject({ accuracy: 0.8, confusion, tested: 100 });
  });

  it("that cannot be tested ends the run all the same, with the reason", async () => {
    const reports = await heard(() => Promise.reject(new Error("the device is lost")), finished);
    expect(reports.slice(1)).toMatchObject([
      { type: "notice", text: "the final model could not be tested: the device is lost" },
      { type: "evaluated", loss: null, accuracy: null },
    ]);
  });
});
