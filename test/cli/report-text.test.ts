import { describe, expect, it } from "vitest";
import { type DemoSummary, summaryText } from "../../cli/demo/summary.ts";
import { createReportText } from "../../cli/report-text.ts";
import type { PeerReport, RoundReport } from "../../shared/run/report.ts";

const [self, other] = ["a".repeat(16), "b".repeat(16)];
const member = (peer: string, seat: number) => ({ peer, label: `node ${seat}`, seat });
const members = [member(self, 0), member(other, 1)];
const roster: PeerReport = { type: "roster", version: [1, 1], members, observers: 0, running: true, pausedBy: null, position: 0 };
const open: PeerReport = {
  ...{ type: "link", peer: other, state: "open", isBackup: false },
  ...{ path: "direct", rttMs: 1, attempts: 0, reason: null },
};
const round: RoundReport = {
  ...{ type: "round", round: 7, hash: "0123456789abcdef".repeat(2), members: 2, contributors: 2, counted: true },
  ...{
    trainingLoss: 1,
    evaluated: 6,
    metrics: { loss: 0.5, accuracy: 0.9123 },
    loss: 0.5,
    accuracy: 0.9123,
    confusion: null,
    bytesSent: 4157,
    bytesReceived: 4157,
  },
  ...{
    payload: { index: 0, value: 0, statistics: 0, other: 0 },
    wireBytesSent: null,
    alpha: null,
    denseBytes: 611_229,
    seconds: 0.5,
  },
};

describe("what a headless peer says to a person", () => {
  it("has its numbers written as on the page, and names the model that was tested", () => {
    expect(createReportText()(round)).toBe(
      "round 7: 2 of 2 counted, accuracy after round 6 91.2 %, 4.16 kB sent (1/147 of dense), model 01234567",
    );
    expect(createReportText()({ ...roster, members: [member(self, 0)] })).toBe("1 peer, place 0");
  });

  it("says who paused the run, where that is known", () => {
    const paused: PeerReport = { ...roster, running: false, pausedBy: member(other, 1) };
    expect([paused, { ...paused, pausedBy: null }, roster].map(createReportText())).toEqual([
      "2 peers, place 0, paused by peer 1 (node 1)",
      "2 peers, place 0, not running",
      "2 peers, place 0",
    ]);
  });

  it("names peers as people do, and says when a link that was lost is open again", () => {
    const textOf = createReportText();
    const lost: PeerReport = { type: "lost", peer: other, loss: { kind: "closed", reason: "it closed" } };
    expect([roster, open, lost, open, open].map(textOf)).toEqual([
      "2 peers, place 0",
      null,
      "link to peer 1 (node 1) lost: it closed",
      "link to peer 1 (node 1) is open again",
      null,
    ]);
  });

  it("says of each file of the data each tenth that has come, and each break", () => {
    const textOf = createReportText();
    const part = { type: "download", what: "data", file: 1, files: 4, received: 0, total: null, problem: null } as const;
    const total = 9_900_000;
    const said = [
      part,
      ...[0, 100_000, 1_000_000, 1_100_000].map((received) => ({ ...part, received, total })),
      { ...part, received: 1_100_000, total, problem: "status 503" },
      { ...part, what: "model", received: 1_100_000, total } as const,
    ];
    expect(said.map(textOf)).toEqual([
      "loading the data, file 1 of 4",
      null,
      null,
      "loading the data, file 1 of 4: 1 MB of 9.9 MB",
      null,
      "loading the data, file 1 of 4: 1.1 MB of 9.9 MB; it broke off (status 503), trying again",
      "loading the model, file 1 of 4: 1.1 MB of 9.9 MB",
    ]);
  });

  it("sums up a demo in the same words, statistics only where a run has them", () => {
    const summary: DemoSummary = {
      ...{ type: "summary", peers: 1, rounds: 1, parameters: 50_890, accuracy: 0.9123, loss: 0.30421, hashesEqual: true },
      ...{ task: "images", model: "mlp(64)", metrics: { accuracy: 0.9123, loss: 0.30421 }, confusion: null },
      ...{ bytesSentPerPeerPerRound: 4157, maxBytesSentPerPeerPerRound: 4157, statsBytesSentPerPeerPerRound: null },
      ...{ wireBytesSentPerPeerPerRound: null, denseAllToAllBytesPerPeerPerRound: 611_229, secondsPerRound: null },
      statisticsBytesSentPerPeerPerRound: 0,
    };
    const linesOf = (of: DemoSummary): string[] => summaryText(of).trim().split("\n");
    const [without, with256] = [linesOf(summary), linesOf({ ...summary, statisticsBytesSentPerPeerPerRound: 256 })];
    expect(without).toEqual([
      "1 peer, 1 round, 50 890 parameters",
      "final model: accuracy 91.2 %, loss 0.304 on held-out data",
      "sent by a peer in a round: 4.16 kB, 1/147 of dense all-to-all",
      "all peers ended with the same model, bit for bit",
    ]);
    expect(with256.filter((line) => !without.includes(line))).toEqual([
      "of which statistics, which no gradient trains and which travel whole: 256 B",
    ]);
  });
});
