import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ClientReport } from "../../../client/peer/client-report.ts";
import { withDivergence } from "../../../client/peer/with-divergence.ts";
import { defaultConfig } from "../../../shared/run/config.ts";
import type { RoundReport } from "../../../shared/run/report.ts";

type Measured = Partial<Pick<RoundReport, "loss" | "accuracy" | "trainingLoss" | "counted">>;

/** What is said of a run of these rounds. */
function said(...rounds: readonly (Measured | { readonly notice: string })[]): (string | null)[] {
  const sentences: (string | null)[] = [];
  const report = withDivergence((told: ClientReport) => void (told.type === "diverging" && sentences.push(told.sentence)));
  report({ type: "joined", self: "a".repeat(16), seat: 0, config: { ...defaultConfig, rate: 5 }, parameters: 10 });
  for (const [index, measured] of rounds.entries()) {
    if ("notice" in measured) report({ type: "notice", text: measured.notice });
    else
      report({
        ...{
          type: "round",
          round: index + 1,
          evaluated: index,
          hash: "0".repeat(32),
          members: 2,
          contributors: 2,
          counted: true,
        },
        ...{
          trainingLoss: 1,
          metrics: {},
          loss: 1,
          accuracy: 0.5,
          confusion: null,
          bytesSent: 0,
          bytesReceived: 0,
          wireBytesSent: null,
          alpha: null,
        },
        ...{ payload: { index: 0, value: 0, statistics: 0, other: 0 }, denseBytes: 0, seconds: 1 },
        ...measured,
      });
  }
  return sentences;
}

describe("a run that diverges", () => {
  it("is said to, once, when its loss grows far beyond that of guessing, with what to do", () => {
    const [sentence, ...more] = said({ loss: 2.3 }, { loss: 40 }, { loss: 1e9 }, { loss: Number.NaN });
    expect(more).toEqual([]);
    expect(sentence).toMatch(/^The run diverges: after round 1 the loss is 40, far more than that of guessing\. /);
    expect(sentence).toContain("a lower rate than 5");
  });

  it("is said to when its training loss does, or when this peer's update is no number", () => {
    expect(said({ trainingLoss: 1e12, loss: null, accuracy: null })).toHaveLength(1);
    const notice = "training failed in round 2: TrainingError: expected a finite update, got NaN in hidden/weights; trying again";
    expect(said({ notice }, { notice })).toHaveLength(1);
    expect(said({ notice: "training failed in round 2: Error: the device is lost; trying again" })).toEqual([]);
  });

  it("is said to when a model that was good knows nothing for three rounds, and not after one of them", () => {
    const [good, bad] = [{ accuracy: 0.9 }, { accuracy: 0.1 }];
    expect(said(good, bad, bad, good)).toEqual([]);
    const [sentence] = said(good, bad, bad, bad);
    expect(sentence?.replaceAll("\u202f", " ")).toContain("was right in 90.0 % of the cases, and after round 3 in 10.0 %");
  });

  it("is said to no more once its losses are as before", () => {
    expect(said({ loss: 40 }, { loss: 0.5 }, { loss: 0.4 }).at(-1)).toBeNull();
    const notice = "training failed in round 2: RangeError: expected a finite update, got one that overflows; trying again";
    expect(said({ notice }, { counted: false }).at(-1)).toMatch(/^The run diverges/);
  });

  it("is never one whose losses are those of guessing or better, and whose accuracy only rises", () => {
    const learning = fc.array(
      fc.record({ loss: fc.double({ min: 0, max: 4, noNaN: true }), accuracy: fc.double({ min: 0, max: 1, noNaN: true }) }),
    );
    fc.assert(
      fc.property(learning, (rounds) => {
        const rising = rounds.map(({ accuracy }) => accuracy).sort((a, b) => a - b);
        return said(...rounds.map(({ loss }, i) => ({ loss, accuracy: rising[i]! }))).length === 0;
      }),
    );
  });
});
