import { describe, expect, it } from "vitest";
import { readTrace } from "../../cli/trace.ts";
import { tracedRounds } from "../../cli/trace-rounds.ts";
import { traceSummary, traceText } from "../../cli/trace-text.ts";
import type { Version } from "../../shared/base/version.ts";
import { neighborhoodOf } from "../../shared/membership/neighbors.ts";
import type { Effect } from "../../shared/peer/step.ts";
import { traceRecord } from "../../shared/peer/trace-record.ts";
import { noMetrics, type Part } from "../../shared/sum/part.ts";
import { contributorsOf } from "../../shared/tree/contributors.ts";
import { denseUpdate } from "../../shared/vector/update.ts";

const names = ["a", "b", "c", "d", "e"].map((letter) => letter.repeat(16));
const labels = ["root", "left", "right", "leaf 3", "leaf 4"];
const tipAt = (round: number) => ({ round, version: [1, 1] as Version, hash: "0".repeat(32) });

/** A roster of the first `members`, as the peer at `position` sees it. */
function rosterAt(position: number, members = 5): Effect {
  const all = names.slice(0, members).map((peer, seat) => ({ peer, label: labels[seat]!, seat }));
  const roster = {
    kind: "roster",
    version: [1, members] as Version,
    members: all,
    running: true,
    observers: 0,
    donor: null,
  } as const;
  return { kind: "roster", near: neighborhoodOf(roster, names[position]!, "heap") };
}

const part: Part = {
  contributors: contributorsOf(5, [3]),
  weight: 1,
  metrics: noMetrics,
  sum: denseUpdate(new Float32Array(1_000)),
};
const head = { version: [1, 1] as Version, round: 1, previous: "0".repeat(32), phase: 0 };
const up = (from: number): Effect => ({ kind: "up", from, message: { kind: "up", part, complete: true, ...head } });
const sent: Effect = { kind: "send", to: 0, message: { kind: "up", part, complete: true, ...head } };
const train: Effect = {
  kind: "train",
  task: {
    tip: tipAt(0),
    parameters: new Float32Array(1_000),
    treePosition: (rosterAt(1) as { near: ReturnType<typeof neighborhoodOf> }).near.treePosition!,
  },
};
const trained: Effect = {
  kind: "trained",
  start: tipAt(0),
  contribution: { x: new Float32Array(1_000), weight: 1, metrics: noMetrics },
};
const committed = (counted: boolean): Effect => ({
  kind: "committed",
  tip: tipAt(1),
  previous: "0".repeat(32),
  confirmed: tipAt(0),
  decision: { totals: [], earlier: [], part, committedBy: [1, 1], hash: null, counted, local: null, undoLog: [] },
});

/** What a trace of these events says of its first round; each is what happened, and when. */
function told(...events: readonly (readonly [at: number, event: Effect])[]): string {
  const lines = events.map(([at, event]) => JSON.stringify(traceRecord(event, at)));
  const first = JSON.stringify({ kind: "state", format: 1, roster: null });
  const [round] = tracedRounds(readTrace("trace", `${[first, ...lines].join("\n")}\n`));
  return traceText(round!, 1_000).replace(/[\u00a0\u202f\u2009]/g, " ");
}

describe("a trace of a round", () => {
  it("says how long the peer trained, whose part came last, and how long it waited for the total", () => {
    const text = told(
      ...([
        [0, rosterAt(1)],
        [10, train],
        [210, trained],
        [300, up(3)],
        [500, up(4)],
        [510, sent],
        [900, committed(true)],
      ] as const),
    );
    expect(text).toContain("trained 200 ms\n");
    expect(text).toContain("waited 290 ms for the part of leaf 4\n");
    expect(text).toContain("waited 390 ms for the total from above");
    expect(text).toMatch(/\|#{8}\.{12}~{16}\|/);
  });

  it("names the child who was waited for until the deadline", () => {
    const text = told(
      ...([
        [0, rosterAt(1)],
        [10, train],
        [210, trained],
        [300, up(3)],
        [2_000, { kind: "deadline" }],
        [2_001, sent],
        [2_100, committed(false)],
      ] as const),
    );
    expect(text).toContain("waited 2 000 ms for leaf 4, until the deadline; went on without");
    expect(text).toContain("this peer's update was left out");
  });

  it("names the child who was waited for until a new roster came without it", () => {
    const text = told(
      ...([
        [0, rosterAt(1)],
        [10, train],
        [210, trained],
        [300, up(3)],
        [1_210, rosterAt(1, 4)],
        [1_300, up(3)],
        [1_310, sent],
        [1_400, committed(true)],
      ] as const),
    );
    expect(text).toContain("waited 1 000 ms for the part of leaf 4, until a new roster came");
  });

  it("holds no update and no datum: vectors are their lengths", () => {
    for (const event of [up(3), train, trained, committed(true)]) {
      const record = JSON.stringify(traceRecord(event, 0));
      expect(record.length).toBeLessThan(1_000);
    }
    expect(JSON.stringify(traceRecord(trained, 0))).toContain('{"numbers":1000}');
  });
});

it("a trace without a round says so", () => {
  expect(traceSummary([])).toBe("no round was committed in this trace");
});

describe("a file that is no trace is refused with its line", () => {
  const first = JSON.stringify({ kind: "state", format: 1, roster: null });
  it.each([
    ["no JSON", `${first}\nhello\n`, "f, line 2: expected a JSON object with a kind"],
    ["an edited line", `${first}\n{"at":1}\n`, "f, line 2: expected a JSON object with a kind"],
    ["another beginning", '{"kind":"bytes"}\n', "f, line 1: expected a record of kind state"],
    ["another format", '{"kind":"state","format":2}\n', "f, line 1: expected a trace of format 1, got format 2"],
    ["nothing", "", "f, line 1: expected a record of kind state"],
  ])("%s", (_, text, sentence) => {
    expect(() => readTrace("f", text)).toThrow(sentence);
  });

  it("but one that was cut short is read up to there", () => {
    expect(readTrace("f", `${first}\n{"kind":"deadline","at":1}\n{"kind":"dea`)).toHaveLength(1);
  });
});
