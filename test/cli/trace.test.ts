import { describe, expect, it } from "vitest";
import { traceLines } from "../../cli/tracing/trace-file.ts";
import { tracedRounds } from "../../cli/tracing/trace-rounds.ts";
import { traceSummary, traceText } from "../../cli/tracing/trace-text.ts";
import type { Version } from "../../shared/base/version.ts";
import { neighborhoodOf } from "../../shared/membership/neighbors.ts";
import type { Effect } from "../../shared/peer/step.ts";
import { describedBy, traceFormat, traceRecord } from "../../shared/peer/trace/trace-record.ts";
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

const recordOf = (event: Effect, at = 0): string =>
  JSON.stringify(
    traceRecord(
      event,
      { at, depth: 0 },
      describedBy(() => "a".repeat(32)),
    ),
  );
const first = JSON.stringify({ kind: "state", at: 0, format: traceFormat, standing: { membership: { near: null } } });
const cuts: string[] = [];
const linesOf = (text: string) =>
  traceLines({ name: "f", chunks: [Buffer.from(text)], onCut: (sentence) => void cuts.push(sentence) });

/** What a trace of these events says of its first round; each is what happened, and when. */
async function told(...events: readonly (readonly [at: number, event: Effect])[]): Promise<string> {
  const lines = events.map(([at, event]) => recordOf(event, at));
  const [round] = await tracedRounds(linesOf(`${[first, ...lines].join("\n")}\n`));
  return traceText(round!, 1_000).replace(/[\u00a0\u202f\u2009]/g, " ");
}

describe("a trace of a round", () => {
  it("says how long the peer trained, whose part came last, and how long it waited for the total", async () => {
    const text = await told(
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

  it("names the child who was waited for until the deadline", async () => {
    const text = await told(
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

  it("names the child who was waited for until a new roster came without it", async () => {
    const text = await told(
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

  it("holds no update and no datum: vectors are their lengths, sums their sizes and hashes", () => {
    for (const event of [up(3), train, trained, committed(true)]) {
      expect(recordOf(event).length).toBeLessThan(1_000);
    }
    expect(recordOf(trained)).toContain('{"numbers":1000}');
    expect(recordOf(up(3))).toContain(`{"length":1000,"entries":1000,"hash":"${"a".repeat(32)}"}`);
  });
});

it("a trace without a round says so", () => {
  expect(traceSummary([])).toBe("no round was committed in this trace");
});

/** What is read until there is no more, or something is wrong. */
async function read(text: string): Promise<number> {
  let count = 0;
  for await (const _ of linesOf(text)) count += 1;
  return count;
}

describe("a file that is no trace is refused with its line", () => {
  it.each([
    ["no JSON", `${first}\nhello\n`, "f, line 2: expected a JSON object with a kind"],
    ["an edited line", `${first}\n{"at":1}\n`, "f, line 2: expected a JSON object with a kind"],
    ["a line without its depth", `${first}\n{"at":1,"kind":"deadline"}\n`, "f, line 2: expected a JSON object with a kind"],
    ["another beginning", '{"kind":"bytes","at":1,"depth":0}\n', "f, line 1: expected a record of kind state"],
    ["another format", '{"kind":"state","format":1}\n', "f, line 1: expected a trace of format 3, got format 1"],
    ["nothing", "", "f, line 1: expected a record of kind state"],
  ])("%s", async (_, text, sentence) => {
    await expect(read(text)).rejects.toThrow(sentence);
  });

  it("but one that was cut short is read up to there, and that is said", async () => {
    expect(await read(`${first}\n{"kind":"deadline","at":1,"depth":0}\n{"kind":"dea`)).toBe(2);
    expect(cuts).toEqual(["f, line 3: cut short, left out"]);
  });

  it("nor is a line kept that has no end", async () => {
    const chunks = Array.from({ length: 20 }, () => Buffer.alloc(1024 * 1024, "a"));
    const lines = traceLines({ name: "f", chunks, onCut: () => {} });
    await expect(lines.next()).rejects.toThrow("f, line 1: expected a line of at most 16777216 characters, got a longer one");
  });
});
