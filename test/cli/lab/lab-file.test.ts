import { describe, expect, it } from "vitest";
import { labOf } from "../../../cli/lab/lab-file.ts";

const cellsOf = (text: string) => labOf(text, "x.yaml").cells;

it("each arm is combined with each value of the grid; what an arm says goes before the settings, and the grid before both", () => {
  const cells = cellsOf(`
settings: {rate: 0.1, rounds: 10, peers: 3}
arms:
  - {name: dense, scheme: none}
  - {name: EF14, scheme: ef14(topk(1%)), rate: 0.2}
grid: {seed: [1, 2], localSteps: [1, 5, 20]}
`);
  expect(cells).toHaveLength(12);
  expect(new Set(cells.map(({ cell }) => JSON.stringify(cell))).size).toBe(12);
  expect(cells.map(({ arm }) => arm)).toEqual([...Array<string>(6).fill("dense"), ...Array<string>(6).fill("EF14")]);
  expect(
    cells.every(({ arm, cell }) => cell.rate === (arm === "EF14" ? 0.2 : 0.1) && cell.rounds === 10 && cell.peers === 3),
  ).toBe(true);
});

it("says in which fields runs of one arm differ: others are what the arm's name stands for", () => {
  const text = `
settings: {rounds: 5}
arms: [{name: dense, scheme: none, rate: 0.1}, {name: EF14, scheme: ef14(topk(1%)), rate: 0.2}]
grid: {localSteps: [1, 5], seed: [1, 2]}`;
  expect(labOf(text, "x").varied).toEqual(["localSteps", "seed"]);
  expect(labOf("settings: {rounds: 5}\ngrid: {seed: [1, 2], rate: [0.1], scheme: [none, topk(1%)]}", "x").varied).toEqual([
    "scheme",
    "seed",
  ]);
});

describe("what is wrong is said in one sentence", () => {
  it.each([
    ["settings: {rounds: 5, shceme: none}", "x.yaml: settings: there is no field shceme; did you mean scheme?"],
    ["setings: {}", "x.yaml: expected settings, arms, grid, got setings; did you mean settings?"],
    ["settings: {rounds: 5}\ngrid: {sed: [1]}", "x.yaml: grid: there is no field sed; did you mean seed?"],
    ["settings: {rounds: 5}\ngrid: {seed: 3}", "x.yaml: grid: seed: expected a list of values, got 3"],
    [
      `settings: {rounds: 5}\ngrid: {seed: [${Array.from({ length: 100 }, (_, i) => i).join(", ")}], localSteps: [${Array.from({ length: 100 }, (_, i) => i + 1).join(", ")}]}`,
      "x.yaml: expected at most 1000 runs, got 10000: leave values out, or cut the file into several",
    ],
    ["settings: {rate: 0.1}", "x.yaml: rounds: expected at least 1, for a run must end, got 0"],
    ["settings: {rounds: 5, peers: 0}", "x.yaml: peers: expected a whole number from 1 to 256, got 0"],
    ["settings: {rounds: 5, scheme: ef14(tpok(1%))}", /^x.yaml: scheme: expected a method .*did you mean topk\?/],
    ["settings: {rounds: 5, model: gpt}", /^x.yaml: model: expected a model of numbers, not of tokens, got gpt/],
    ["settings: [1]", "x.yaml: expected settings with fields, got a list"],
    ["arms: [{scheme: none}]\nsettings: {rounds: 5}", "x.yaml: arms: expected a name for each"],
    ["arms: [{name: a}, {name: a}]\nsettings: {rounds: 5}", "x.yaml: arms: expected names that differ, got a twice"],
    ["settings: {rounds: 5", /^x.yaml, line \d+: /],
    ["just a text", "x.yaml: expected a file of settings, arms and grid, got just a text"],
  ])("%s", (text, sentence) => {
    expect(() => cellsOf(text)).toThrow(sentence);
  });
});
