import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { readProblem } from "../../cli/problem-file.ts";
import { models } from "../../client/models/registry.ts";
import { localOptimizers } from "../../client/optimizer/registry.ts";
import { methods } from "../../shared/compress/registry.ts";
import { optimizers } from "../../shared/optimizer/registry.ts";
import { quadraticFile } from "../support/quadratic-file.ts";
import { problemC } from "../support/quadratics.ts";
import { runCopse } from "./run-copse.ts";

const folder = mkdtempSync(join(tmpdir(), "copse-lab-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const fileC = file("c.json", quadraticFile(problemC()));
const rows = Array.from({ length: 40 }, (_, i) => `${1 + (i % 2)} 1:${Math.sin(i)} ${2 + (i % 3)}:${Math.cos(3 * i)}\n`).join("");

it.each([
  ["ef14(topk(2))", "sgd(1)", "0.05", 0.7736073622, 0.01222745461],
  ["ef21(topk(2))", "sgd(1)", "0.05", 0.7314046514, 0.009983801994],
  // Twice the updates and half of their mean come to the same.
  ["ef14(topk(2))", "sgd(0.5)", "0.1", 0.7736073622, 0.01222745461],
])("copse lab runs %s under %s on problem C to the reference's gaps after 10 and 100 updates", async (...row) => {
  const [scheme, outer, rate, at10, at100] = row;
  const run = runCopse(
    "lab",
    "--problem",
    fileC,
    "--scheme",
    scheme,
    "--outer",
    outer,
    "--rate",
    rate,
    "--rounds",
    "100",
    "--report",
    "10,100",
    "--json",
  );
  const gaps = await Promise.all(
    [10, 100].map(async (round) => {
      const line = await run.line("report", (report) => report["round"] === round);
      expect(Object.keys(line)).toEqual(["type", "round", "objective", "gradientNormSquared", "bytesPerWorker"]);
      return (line["objective"] as number) - 2.212654642;
    }),
  );
  expect(Math.abs(gaps[0]! / at10 - 1)).toBeLessThan(1e-5);
  expect(Math.abs(gaps[1]! / at100 - 1)).toBeLessThan(1e-3);
  const summary = await run.line("summary");
  expect(summary).toMatchObject({ rounds: 100, workers: 5, dimension: 30, scheme, outer, tree: "heap" });
  expect(Math.abs((summary["optimum"] as number) - 2.212654642)).toBeLessThan(1e-9);
  expect(await run.ended).toMatchObject({ code: 0 });
});

it("copse lab adds exact sums for five workers by auto, at more bytes than gTop-k, and refuses what makes no sense", async () => {
  const lab = async (...sums: string[]) => {
    const run = runCopse("lab", "--problem", fileC, "--scheme", "ef14(topk(2))", "--rounds", "50", "--json", ...sums);
    return (await run.line("summary")) as { gap: number; bytesPerWorker: number };
  };
  const [gtopk, exact, auto, gathered] = [
    await lab(),
    await lab("--aggregate", "exact"),
    await lab("--aggregate", "auto"),
    await lab("--aggregate", "allgather"),
  ];
  expect(auto).toMatchObject({ gap: exact.gap, bytesPerWorker: exact.bytesPerWorker });
  expect(exact.gap).not.toBe(gtopk.gap);
  expect(exact.bytesPerWorker).toBeGreaterThan(gtopk.bytesPerWorker);
  expect(gathered.bytesPerWorker).toBeGreaterThan(exact.bytesPerWorker);
  const refused = runCopse("lab", "--problem", fileC, "--scheme", "ef21(topk(2))", "--truncation-residual", "gmask");
  const stderr = expect.stringContaining("--truncation-residual: expected truncation residual in-network, got gmask");
  expect(await refused.ended).toMatchObject({ code: 2, stderr });
});

it("copse lab splits a gzipped LIBSVM file among the workers asked for", async () => {
  const path = file("rows.gz", gzipSync(rows));
  const run = runCopse("lab", "--problem", path, "--workers", "4", "--scheme", "none", "--rate", "1", "--rounds", "30", "--json");
  const summary = await run.line("summary");
  expect(summary).toMatchObject({ workers: 4, dimension: 4 });
  expect(summary["gap"] as number).toBeGreaterThan(0);
  expect(summary["objective"] as number).toBeLessThan(Math.log(2));
});

it("the lab reads a problem that an editor or a shell has written in UTF-16, packed or not", () => {
  const { start, workers } = readProblem(fileC, null);
  const wide = Buffer.from(`\ufeff${quadraticFile(problemC())}`, "utf16le");
  for (const path of [file("wide.json", wide), file("wide.json.gz", gzipSync(wide))])
    expect(readProblem(path, null)).toMatchObject({ start, workers });
});

it("copse lab ends with 1 at the round where the objective stops being finite", async () => {
  const { code, stderr } = await runCopse("lab", "--problem", fileC, "--scheme", "none", "--rate", "50", "--json").ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(/diverged at round \d+: expected an objective that is finite/);
});

it.each([
  ["a missing file", ["--problem", join(folder, "nothing.json")], 2, "--problem: expected a file that can be read"],
  ["a truncated file", ["--problem", file("cut.json", '{"start": [0],\n"workers": [')], 1, "cut.json:2: expected an object"],
  [
    "a report after the end",
    ["--problem", fileC, "--rounds", "5", "--report", "3,6"],
    2,
    "--report: expected a whole number from 0 to 5",
  ],
  ["an unknown optimizer", ["--problem", fileC, "--outer", "adm(1)"], 2, "--outer: expected an outer optimizer"],
  ["an unknown scheme", ["--problem", fileC, "--scheme", "topp(2)"], 2, "did you mean topk?"],
])("copse lab refuses %s in one sentence", async (_what, args, expected, sentence) => {
  const { code, stderr } = await runCopse("lab", ...args, "--json").ended;
  expect(stderr).toContain(sentence);
  expect(code).toBe(expected);
});

it.each([
  ["a truncated gzip", file("cut.gz", gzipSync(rows).subarray(0, 400)), null, /cut\.gz:\d\d: expected a whole gzip file/],
  ["a file that is no gzip", file("text.gz", rows), null, /text\.gz:1: expected a whole gzip file, got: incorrect header check/],
  ["a broken LIBSVM line", file("broken", `${rows}1 1:x`), null, 'broken:41: expected a value that is finite, got "x"'],
  ["too many workers", file("rows", rows), 41, "rows: expected at least 41 samples for as many workers, got 40"],
  ["workers that a quadratic does not have", fileC, 6, "--workers: expected 5, as "],
])("the lab refuses %s", (_what, path, workers, sentence) => {
  expect(() => readProblem(path, workers)).toThrow(sentence);
});

it("copse methods --json lists every method and model with its summary, parameters, law and source", async () => {
  const run = runCopse("methods", "--json");
  let text = "";
  run.process.stdout.on("data", (chunk) => {
    text += String(chunk);
  });
  expect(await run.ended).toMatchObject({ code: 0 });
  const listed = JSON.parse(text) as Record<string, unknown>[];
  const all = [...methods, ...optimizers, ...localOptimizers, ...models].map(({ name }) => name);
  expect(listed.map(({ name }) => name)).toEqual(all);
  for (const one of listed) {
    const law = one["kind"] === "model" ? "takes" : "law";
    expect(Object.keys(one)).toEqual(["name", "kind", "summary", "parameters", law, "source"]);
  }
  expect(listed.find(({ name }) => name === "ef14")!["parameters"]).toEqual([
    { name: "compressor", type: "method" },
    { name: "decay", type: "number", default: 1, min: 0, max: 1, help: expect.any(String) },
    { name: "momentum", type: "number", default: 0, min: 0, max: 0.999, help: expect.any(String) },
  ]);
  expect(listed.find(({ name }) => name === "nesterov")!["parameters"]).toEqual([
    { name: "rate", type: "number", default: 0.7, min: 1e-6, max: 100, help: expect.any(String) },
    { name: "momentum", type: "number", default: 0.9, min: 0, max: 0.999999, help: expect.any(String) },
    { name: "warmup", type: "integer", default: 0, min: 0, max: 1_000_000, isNamed: true, help: expect.any(String) },
    { name: "cosine", type: "integer", default: 0, min: 0, max: 1_000_000, isNamed: true, help: expect.any(String) },
    { name: "least", type: "number", default: 0, min: 0, max: 1, isNamed: true, help: expect.any(String) },
  ]);
});
