import { describe, expect, it } from "vitest";
import { playTrace } from "../../cli/tracing/play-trace.ts";
import { traceLines } from "../../cli/tracing/trace-file.ts";
import { createHasher } from "../../shared/base/hash.ts";
import { createTraceRecorder } from "../../shared/peer/trace/trace-recorder.ts";
import { playChaos } from "../../shared/simulation/chaos/chaos.ts";
import { faults } from "../../shared/simulation/chaos/faults/registry.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";

const hasher = await createHasher();

/** Lines of a file after which the next begins at the first moment of rest. */
const fileLines = 300;

/** What every peer of a seed has written, file by file. */
async function tracesOf(seed: number, scheme?: string): Promise<readonly (readonly string[])[]> {
  const clock = createVirtualClock(() => new Promise((resolve) => setImmediate(resolve)));
  const traces: string[][] = [];
  const inspect = (label: string) => {
    let file: string[] = [];
    traces.push(file);
    return createTraceRecorder({
      hasher,
      now: () => clock.now(),
      about: { label },
      fullness: () => (file.length > fileLines ? "soon" : "no"),
      write: (record) => void file.push(`${JSON.stringify(record)}\n`),
      rotate() {
        file = [];
        traces.push(file);
      },
    });
  };
  await playChaos({
    seed,
    peers: { min: 3, max: 7 },
    run: scheme === undefined ? {} : { scheme },
    faults,
    clock,
    hasher,
    inspect,
  });
  return traces.filter(({ length }) => length > 0);
}

const cuts: string[] = [];
const onCut = (sentence: string): void => void cuts.push(sentence);
const replayed = (text: string) => playTrace("f", traceLines({ name: "f", chunks: [Buffer.from(text)], onCut }));

describe("a peer that is told what a trace says, at its times, decides what it says", () => {
  it.each<[scheme: string | undefined, seed: number]>([
    ["ef14(topk(1%))", 2],
    ["ef21(topk(5%))", 5],
    ["ef14(powersgd(1))", 3],
    ["ef14(impk(10%, simplex, steps=3, refresh=2))", 7],
    [undefined, 11],
    [undefined, 12],
  ])("under faults and with %s (else what the seed draws), seed %i, from each file's first record on", async (scheme, seed) => {
    const traces = await tracesOf(seed, scheme);
    const played = await Promise.all(traces.map((lines) => replayed(lines.join(""))));
    expect(played.reduce((sum, { effects }) => sum + effects, 0)).toBeGreaterThan(1_000);
    const begun = traces.map(([first]) => JSON.parse(first!).standing.chain.tip.round);
    expect(begun.filter((round) => round > 0).length).toBeGreaterThan(1);
  });
});

type Fields = { [field: string]: unknown };

/** The longest file of a seed. */
const longest = tracesOf(2, "ef14(topk(1%))").then((traces) => [...traces].sort((a, b) => b.length - a.length)[0]!);

/** The line that was edited, of those after the first 60 the first that fits, and what a replay says. */
async function edited(fits: (record: Fields) => boolean, edit: (record: Fields) => Fields | null) {
  const lines = await longest;
  const at = lines.findIndex((line, i) => i > 60 && fits(JSON.parse(line)));
  expect(at).toBeGreaterThan(60);
  const record = edit(JSON.parse(lines[at]!));
  const text = lines.flatMap((line, i) => (i !== at ? [line] : record === null ? [] : [`${JSON.stringify(record)}\n`]));
  return { line: at + 1, outcome: replayed(text.join("")).then(() => "the same came out", String) };
}

describe("one edited line is found, and named", () => {
  const inside = (of: string, field: string, value: unknown) => (record: Fields) => ({
    ...record,
    [of]: { ...(record[of] as Fields), [field]: value },
  });
  it.each<[what: string, kind: string, edit: (record: Fields) => Fields, sentence: string]>([
    ["another decision", "send", (record) => ({ ...record, kind: "phase" }), "expected send, got phase"],
    ["to whom a part goes", "send", (record) => ({ ...record, to: 9 }), "send: to: expected"],
    ["that it was complete", "send", inside("message", "complete", "no"), "send: message.complete: expected"],
    ["who counted", "committed", inside("decision", "counted", "no"), "committed: decision.counted: expected"],
    ["where the chain stands", "committed", inside("tip", "hash", "0".repeat(32)), "committed: tip.hash: expected"],
    ["for which round it trains", "train", inside("task", "tip", { round: 1 }), "train: task.tip.round: expected"],
    ["to whom a total goes", "broadcast", (record) => ({ ...record, to: ["x"] }), "broadcast: to.0: expected"],
  ])("%s", async (_, kind, edit, sentence) => {
    const { line, outcome } = await edited((record) => record["kind"] === kind, edit);
    expect(await outcome).toContain(`f, line ${line}: ${sentence}`);
  });

  it("a decision that is taken out", async () => {
    const { line, outcome } = await edited(
      ({ kind }) => kind === "committed",
      () => null,
    );
    expect(await outcome).toContain(`f, line ${line}: expected committed`);
  });

  it("a wait that ends before its time", async () => {
    const { line, outcome } = await edited(
      ({ kind }) => kind === "begin",
      (record) => ({ ...record, kind: "deadline" }),
    );
    expect(await outcome).toMatch(new RegExp(`f, line ${line}: expected no deadline, got one: `));
  });

  it("a message that cannot be one", async () => {
    const { line, outcome } = await edited(({ kind }) => kind === "deliver", inside("message", "version", "old"));
    expect(await outcome).toMatch(
      new RegExp(`f, line ${line}: a record of kind deliver: message.version: expected a list, got "old"`),
    );
  });
});

it("a trace that is cut short is replayed up to there, and the line is said", async () => {
  const text = (await longest).join("");
  const { events, effects } = await replayed(text.slice(0, text.length >> 1));
  expect(events + effects).toBeGreaterThan(50);
  expect(cuts.at(-1)).toMatch(/^f, line \d+: cut short, left out$/);
});

it("a file that had to begin within a round says that it can only be shown", async () => {
  const first = { ...JSON.parse((await longest)[0]!), isWhole: false };
  await expect(replayed(`${JSON.stringify(first)}\n`)).rejects.toThrow(
    "f, line 1: expected a trace that begins between two rounds, got one that begins within a round: it can be shown, not replayed",
  );
});
