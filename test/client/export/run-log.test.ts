import { expect, it } from "vitest";
import { logHead, logLine } from "../../../client/export/run-log.ts";
import type { RoundReport } from "../../../shared/run/report.ts";
import { noBytes } from "../../../shared/wire/byte-breakdown.ts";

const report: RoundReport = {
  ...{ type: "round", round: 3, hash: "0f", members: 4, contributors: 3, counted: null, trainingLoss: 0.5, evaluated: 2 },
  ...{ metrics: { loss: 0.25, mae: 1.5 }, loss: 0.25, accuracy: null, confusion: null, bytesSent: 10, bytesReceived: 20 },
  payload: noBytes,
  ...{ wireBytesSent: null, alpha: null, denseBytes: 400, seconds: 0.125 },
};

it("a round is a row of as many values as there are names, the same in both formats", () => {
  const names = logHead("csv").trimEnd().split(",");
  const values = logLine(report, "csv").trimEnd().split(",");
  const row = JSON.parse(logLine(report, "ndjson")) as Record<string, unknown>;
  expect(Object.keys(row)).toEqual(names);
  expect(values).toEqual(Object.values(row).map((value) => (value === null ? "" : String(value))));
  expect(row).toMatchObject({ round: 3, loss: 0.25, mae: 1.5, accuracy: null, perplexity: null, seconds: 0.125 });
  expect(logHead("ndjson")).toBe("");
});

it("counts of classes are a matrix in one column, its rows parted by semicolons where lines are of commas", () => {
  const counted: RoundReport = {
    ...report,
    confusion: [
      [50, 3],
      [2, 60],
    ],
  };
  const at = logHead("csv").trimEnd().split(",").indexOf("confusion");
  expect(logLine(counted, "csv").split(",")[at]).toBe("50 3;2 60");
  expect(JSON.parse(logLine(counted, "ndjson"))).toMatchObject({ confusion: counted.confusion });
});
