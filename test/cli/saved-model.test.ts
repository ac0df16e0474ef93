import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportModel } from "../../cli/export-model.ts";
import type { FoundTable } from "../../client/data/found-data.ts";
import { sampleData, sampleRun } from "../client/export/sample-runs.ts";
import { copseText, runCopse } from "./run-copse.ts";

let folder: string;

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  folder = await mkdtemp(join(tmpdir(), "copse-saved-"));
  await exportModel((await sampleRun("table")).run, join(folder, "table"));
  await exportModel((await sampleRun("language", "gpt(layers=1, heads=2, width=8, context=12)")).run, join(folder, "text"));
  await writeFile(join(folder, "rows.csv"), csvOf(sampleData.table as FoundTable));
});
afterAll(() => rm(folder, { recursive: true }));

function csvOf({ columns, rows }: FoundTable): string {
  const cell = (column: FoundTable["columns"][number], row: number): string => {
    if (column.kind === "number") return Number.isNaN(column.values[row]) ? "" : String(column.values[row]);
    return column.kind === "text" ? column.values[row]! : column.categories[column.codes[row]!]!;
  };
  const lines = Array.from({ length: rows }, (_, row) => columns.map((column) => cell(column, row)).join(","));
  return `${columns.map(({ name }) => name).join(",")}\n${lines.join("\n")}\n`;
}

describe("copse", { timeout: 120_000 }, () => {
  it("predict says a class with its probability for each row, and evaluate counts the same", async () => {
    const args = ["--model", join(folder, "table"), "--data", join(folder, "rows.csv"), "--json"];
    const [predicted, evaluated] = [runCopse("predict", ...args), runCopse("evaluate", ...args)];
    expect((await predicted.ended).code).toBe(0);
    expect(predicted.lines.map(({ row }) => row)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    const { classes, counts } = (await evaluated.line("evaluation"))["confusion"] as { classes: string[]; counts: number[][] };
    const taken = classes.map((name) => predicted.lines.filter((line) => line["class"] === name).length);
    expect(counts[0]!.map((_, j) => counts.reduce((sum, row) => sum + row[j]!, 0))).toEqual(taken);
    for (const { probability } of predicted.lines) expect(probability).toBeGreaterThan(1 / 3);
  });

  it("generate writes on from a prompt, the same for the same seed", async () => {
    const args = ["generate", "--model", join(folder, "text"), "--prompt", "the wood", "--tokens", "20"];
    const [once, twice] = await Promise.all([copseText(...args), copseText(...args)]);
    expect(once).toMatchObject({ code: 0, text: expect.stringMatching(/^the wood/) });
    expect([...once.text]).toHaveLength(8 + 20 + 1);
    expect(twice).toEqual(once);
  });

  it.each<[string, () => readonly string[], string]>([
    [
      "a folder without a model",
      () => ["predict", "--model", folder, "--data", "x"],
      "error: --model: expected a folder with model.json and weights.bin",
    ],
    ["no data", () => ["predict", "--model", join(folder, "table"), "--data", join(folder, "none")], "error: --data: "],
    [
      "a prompt longer than the context",
      () => ["generate", "--model", join(folder, "text"), "--prompt", "the wood would"],
      "error: --prompt: expected at most 12 tokens, as many as the model sees at once, got 14",
    ],
    [
      "a model of another task",
      () => ["generate", "--model", join(folder, "table"), "--prompt", "the"],
      "error: --model: expected one of language, got one of the task table",
    ],
    [
      "a temperature below 0",
      () => ["generate", "--model", folder, "--prompt", "the", "--temperature", "-1"],
      'error: --temperature: expected a number from 0 to 100, got "-1"',
    ],
    [
      "a log of no known ending",
      () => ["demo", "--log", join(folder, "run.txt")],
      "error: --log: expected a file that ends in .ndjson or .csv",
    ],
  ])("refuses %s in one sentence, with exit code 2", async (_, args, sentence) => {
    const { text, code } = await copseText(...args());
    expect({ line: text.split("\n")[0], code }).toEqual({ line: expect.stringContaining(sentence), code: 2 });
  });

  it("demo writes each peer's model, all the same, and its rounds, one a line", async () => {
    const [models, log] = [join(folder, "models"), join(folder, "run.csv")];
    const run = runCopse(
      "demo",
      "--json",
      "--peers",
      "2",
      "--rounds",
      "3",
      "--data",
      join(folder, "rows.csv"),
      "--export",
      models,
      "--log",
      log,
    );
    const { hashesEqual } = await run.line("summary");
    expect(hashesEqual).toBe(true);
    const [head, ...rows] = (await readFile(log, "utf8")).trimEnd().split("\n");
    expect(head).toMatch(/^round,hash,members,contributors,/);
    expect(rows.map((row) => row.split(",")[0])).toEqual(["1", "2", "3"]);
    for (const row of rows) expect(row.split(",")).toHaveLength(head!.split(",").length);
    const saved = await readdir(models);
    expect(saved).toHaveLength(2);
    const read = (peer: string, name: string): Promise<Buffer> => readFile(join(models, peer, name));
    for (const name of ["model.json", "weights.bin", "model.safetensors", "parameters.f32", "layout.json"])
      expect(await read(saved[0]!, name)).toEqual(await read(saved[1]!, name));
    const json = JSON.parse(String(await read(saved[0]!, "model.json")));
    expect(json.userDefinedMetadata.copse).toMatchObject({ task: "table", round: 3, hash: rows.at(-1)!.split(",")[1] });
  });
});
