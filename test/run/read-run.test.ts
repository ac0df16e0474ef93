import { describe, expect, it } from "vitest";
import { createHasher } from "../../shared/base/hash.ts";
import { configText, defaultConfig, type RunConfig } from "../../shared/run/config.ts";
import { describeRun } from "../../shared/run/describe-run.ts";
import { RunError, readRun } from "../../shared/run/read-run.ts";
import { runDifferences } from "../../shared/run/run-differences.ts";
import type { RunDescription } from "../../shared/signaling/protocol/run-description.ts";

const hasher = await createHasher();
const theirs: RunConfig = { ...defaultConfig, tree: "binomial", startAt: 3, rate: 0.1 };

/** A description of any text, which is what another release, or another program, may have given the server. */
function descriptionOf(run: string, overrides: Partial<RunDescription> = {}): RunDescription {
  return { tree: "heap", startAt: 2, run, digest: hasher(run), ...overrides };
}

describe("a run that a room is told of", () => {
  it("is read as it was described", () => {
    for (const config of [defaultConfig, theirs]) expect(readRun(describeRun(config, hasher), hasher)).toEqual(config);
  });

  const { clip: _clip, ...older } = defaultConfig;
  const { seed, ...others } = defaultConfig;
  const other = "this room's run is of another release of Copse, or of another program: ";
  it.each<[string, RunDescription, string]>([
    ["no JSON", descriptionOf("train gently"), `${other}expected JSON, got "train gently"`],
    ["no object", descriptionOf("[]"), `${other}expected an object, got a list`],
    [
      "a field that this release lacks",
      descriptionOf(JSON.stringify({ protocol: 2, ...defaultConfig, colour: "red" })),
      '"colour"',
    ],
    [
      "a value that it lacks",
      descriptionOf(JSON.stringify({ protocol: 2, ...defaultConfig, task: "poetry" })),
      `${other}task: expected images`,
    ],
    [
      "no value for a field",
      descriptionOf(JSON.stringify({ protocol: 2, ...older })),
      `${other}clip: expected a value, got nothing`,
    ],
    [
      "another order",
      descriptionOf(JSON.stringify({ protocol: 2, seed, ...others })),
      `${other}expected its fields in this release's order`,
    ],
    [
      "no number of a protocol",
      descriptionOf(JSON.stringify(defaultConfig)),
      "this room's peers speak an earlier peer protocol, this one speaks 2: whichever is older has to be loaded again, or updated",
    ],
    [
      "another protocol",
      descriptionOf(JSON.stringify({ protocol: 3, ...defaultConfig })),
      "this room's peers speak peer protocol 3, this one speaks 2: whichever is older has to be loaded again, or updated",
    ],
    ["another digest", descriptionOf(configText(defaultConfig), { digest: "0".repeat(32) }), "expected the digest "],
    [
      "another tree",
      descriptionOf(configText(defaultConfig), { tree: "binomial" }),
      "tree: the run has heap, the room has binomial",
    ],
    ["another start", descriptionOf(configText(defaultConfig), { startAt: 9 }), "startAt: the run has 2, the room has 9"],
  ])("is refused with one sentence where it has %s", (_what, description, sentence) => {
    expect(() => readRun(description, hasher)).toThrow(RunError);
    expect(() => readRun(description, hasher)).toThrow(sentence);
    expect(() => readRun(description, hasher)).not.toThrow(/\n/);
  });

  it("differs from another by its fields, both values named", () => {
    expect(runDifferences(describeRun(theirs, hasher), defaultConfig, hasher)).toBe(
      [
        "tree: the room has binomial, this peer asked for heap",
        "rate: the room has 0.1, this peer asked for 0.3",
        "startAt: the room has 3, this peer asked for 2",
      ].join("; "),
    );
  });

  it("differs from any other by what is not understood, where it cannot be read", () => {
    expect(runDifferences(descriptionOf('{"protocol":2}'), defaultConfig, hasher)).toContain(
      "task: expected a value, got nothing",
    );
  });
});
