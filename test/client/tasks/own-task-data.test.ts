import { describe, expect, it } from "vitest";
import type { Column, FoundData, FoundTable } from "../../../client/data/found-data.ts";
import type { OwnData } from "../../../client/data/own-data.ts";
import { parseSchema } from "../../../client/data/schema/schema.ts";
import { tokenizerOf } from "../../../client/data/tokenizers/tokenizer-of.ts";
import { ownTaskData } from "../../../client/tasks/own-task-data.ts";
import { proposeRun } from "../../../client/tasks/propose-run.ts";
import { runProblems } from "../../../client/tasks/run-problems.ts";
import { createHasher } from "../../../shared/base/hash.ts";
import { describeRun } from "../../../shared/run/describe-run.ts";
import { withSchemaDigest } from "../../../shared/run/long-schema.ts";
import { readRun } from "../../../shared/run/read-run.ts";
import { perplexing } from "./perplexing.ts";

const hasher = await createHasher();

const numbers = (name: string, values: readonly number[]): Column => ({
  kind: "number",
  name,
  values: Float64Array.from(values),
});
const words = (name: string, values: readonly string[]): Column => {
  const categories = [...new Set(values)].sort();
  return { kind: "category", name, codes: Int32Array.from(values, (value) => categories.indexOf(value)), categories };
};
const table = (...columns: readonly Column[]): FoundTable => {
  const first = columns[0]!;
  const rows = first.kind === "category" ? first.codes.length : first.values.length;
  return { kind: "table", rows, columns, label: null };
};
const own = (train: FoundData, more: Partial<OwnData> = {}): OwnData => ({
  files: { format: "csv", train, test: null, leftOut: [] },
  label: null,
  asked: {},
  take: null,
  ...more,
});
const ten = Array.from({ length: 10 }, (_, i) => i);
const plants = table(
  numbers(
    "height",
    ten.map((i) => i / 2),
  ),
  words(
    "soil",
    ten.map((i) => (i % 2 === 0 ? "clay" : "sand")),
  ),
  words(
    "kind",
    ten.map((i) => (i % 3 === 0 ? "oak" : "ash")),
  ),
);

describe("own files", () => {
  it.each<[string, FoundData, object]>([
    ["a column of names last", plants, { task: "table", model: "mlp(32)" }],
    [
      "numbers last",
      table(
        plants.columns[1]!,
        numbers(
          "height",
          ten.map((i) => i / 3),
        ),
      ),
      { task: "regression" },
    ],
    [
      "a few whole numbers last",
      table(
        plants.columns[0]!,
        numbers(
          "leaves",
          ten.map((i) => i % 3),
        ),
      ),
      { task: "table" },
    ],
    ["a text", { kind: "text", text: perplexing }, { task: "language", data: "own" }],
    ["texts and a label", table({ kind: "text", name: "said", values: ten.map(String) }, plants.columns[2]!), { task: "texts" }],
    [
      "images",
      {
        kind: "images",
        height: 8,
        width: 8,
        channels: 1,
        pixels: new Uint8Array(640),
        labels: Int32Array.from(ten),
        classes: ten.map(String),
      },
      { task: "images", model: "cnn" },
    ],
  ])("with %s suggest a run that can be trained by", async (_, train, fields) => {
    const run = proposeRun(own(train));
    expect(run).toMatchObject(fields);
    expect(runProblems(run)).toEqual(new Map());
    const data = await ownTaskData(run, own(train));
    expect(data.train.count).toBeGreaterThan(0);
    expect(data.test.count).toBeGreaterThan(0);
    const { inputs } = data.train.gather(Uint32Array.of(0), { statistics: data.train.statistics });
    expect(inputs).toHaveLength(data.shape.input.reduce((product, side) => product * side, 1));
  });

  it("are of the task that was asked for", () => {
    const leaves = table(
      plants.columns[0]!,
      numbers(
        "leaves",
        ten.map((i) => i % 3),
      ),
    );
    expect(proposeRun(own(leaves, { asked: { task: "regression", rate: 0.5 } }))).toMatchObject({
      task: "regression",
      rate: 0.5,
    });
    expect(() => proposeRun(own(plants, { asked: { task: "regression" } }))).toThrow(
      "column kind: expected numbers to learn, got ash, oak",
    );
    expect(proposeRun(own(plants, { label: "soil" })).schema).toContain('"label":{"name":"soil"');
    expect(() => proposeRun(own(plants, { label: "color" }))).toThrow(
      "label: expected one of the columns height, soil, kind, got color",
    );
  });

  it("that are a text go into the room's tokens, or are refused where others were asked for", async () => {
    const words: FoundData = { kind: "text", text: perplexing };
    const run = proposeRun(own(words, { tokenizer: "bytes" }));
    expect((await ownTaskData(run, own(words))).shape.outputs).toBe(256);
    await expect(ownTaskData(run, own(words, { tokenizer: "characters" }))).rejects.toThrow(
      "tokenizer: the room has bytes, this peer asked for characters",
    );
  });

  it("of more names than a run's text has room for give it the digest of their schema", () => {
    const wide = proposeRun(own(table(...Array.from({ length: 784 }, (_, i) => numbers(`pixel${i}`, ten)))));
    // Short enough itself, but not between the quotes of the run's text.
    const quoted = proposeRun(own(table(...Array.from({ length: 300 }, (_, i) => numbers(`"${i}"`, ten)))));
    for (const run of [wide, quoted]) {
      const told = withSchemaDigest(run, hasher);
      expect(told).toEqual({ ...run, schema: hasher(run.schema) });
      expect(readRun(describeRun(told, hasher), hasher)).toEqual(told);
    }
    const small = proposeRun(own(plants));
    expect(withSchemaDigest(small, hasher)).toBe(small);
  });

  it("of more names than peers give each other are refused, before any room is joined", () => {
    const wide = table(...Array.from({ length: 3_000 }, (_, i) => numbers(`pixel${i}`.padStart(90, "."), ten)));
    expect(() => proposeRun(own(wide))).toThrow(
      /^schema: expected names .* that fit into 262144 bytes, got \d+ bytes for 2999 columns/,
    );
  });

  it("that are a text are trained on up to the last tenth, of which each token is tested once, whatever part a peer takes", async () => {
    const text = Array.from({ length: 1_000 }, (_, i) => String.fromCharCode(97 + ((i * i) % 23))).join("");
    const asked = { model: "gpt(layers=1, heads=1, width=4, context=9)" };
    const found = own({ kind: "text", text }, { asked, take: { part: 1, of: 2 } });
    const run = proposeRun(found);
    const [half, whole] = [await ownTaskData(run, found), await ownTaskData(run, { ...found, take: null })];
    expect([whole.train.count, half.train.count]).toEqual([900 - 9, 450 - 9]);
    const tested = half.test.gather(
      Uint32Array.from({ length: half.test.count }, (_, i) => i),
      { statistics: half.test.statistics },
    );
    const tokens = (await tokenizerOf(parseSchema(run.schema))).encode(text.slice(900));
    expect([...tested.inputs]).toEqual([...tokens.subarray(0, 99)]);
    expect([...tested.targets]).toEqual([...tokens.subarray(1, 100)]);
  });

  it("in another order of columns and categories are the same samples", async () => {
    const run = proposeRun(own(plants));
    const { kind, soil, height } = Object.fromEntries(plants.columns.map((column) => [column.name, column])) as Record<
      string,
      Column
    >;
    const turned = table(kind!, height!, soil!);
    const all = async (found: FoundData) => {
      const { train } = await ownTaskData(run, own(found));
      return train.gather(
        Uint32Array.from({ length: train.count }, (_, i) => i),
        { statistics: train.statistics },
      );
    };
    expect(await all(turned)).toEqual(await all(plants));
  });

  it.each<[string, FoundTable, string]>([
    [
      "a column",
      table(plants.columns[0]!, plants.columns[2]!),
      "expected a column named soil, as the room has, got height, kind",
    ],
    [
      "the name of a column",
      table({ ...plants.columns[0]!, name: "size" } as Column, plants.columns[1]!, plants.columns[2]!),
      "column size: expected one of the room's columns (height, soil, kind)",
    ],
    [
      "numbers",
      table(
        words(
          "height",
          ten.map((i) => `${i} m`),
        ),
        plants.columns[1]!,
        plants.columns[2]!,
      ),
      "column height, row 1: expected a number, got 0 m",
    ],
    [
      "a class that is known",
      table(
        plants.columns[0]!,
        plants.columns[1]!,
        words(
          "kind",
          ten.map((i) => (i === 6 ? "elm" : "ash")),
        ),
      ),
      "column kind, row 7: expected a value that the room has (ash, oak), got elm",
    ],
    [
      "a label",
      table(plants.columns[0]!, plants.columns[1]!, {
        ...(plants.columns[2] as Extract<Column, { kind: "category" }>),
        codes: Int32Array.from(ten, (i) => (i === 4 ? -1 : 0)),
      }),
      "column kind, row 5: expected a label, got nothing",
    ],
  ])("that lack %s are refused by column and row", async (_, train, sentence) => {
    await expect(ownTaskData(proposeRun(own(plants)), own(train))).rejects.toThrow(sentence);
  });

  it("of which each peer takes a part share the held-out rows, and no row twice", async () => {
    const run = proposeRun(own(plants));
    const parts = await Promise.all([0, 1, 2].map((part) => ownTaskData(run, own(plants, { take: { part, of: 3 } }))));
    expect(parts.reduce((sum, { train }) => sum + train.count, 0)).toBe(8);
    expect(parts.map(({ test, isTestShared }) => [test.count, isTestShared])).toEqual([
      [2, true],
      [2, true],
      [2, true],
    ]);
  });
});
