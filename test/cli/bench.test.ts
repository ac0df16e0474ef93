import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { type JsonLine, runCopse } from "./run-copse.ts";

it("copse bench select --quick measures every path on every input beside a copy, a sort and tfjs", async () => {
  const run = runCopse("bench", "select", "--quick", "--json");
  const paths = ["simd", "javascript", "sampled", "sort", "tf.topk"];
  for (const path of paths) {
    for (const input of ["gaussian", "zeros60", "layers"]) {
      const row = await run.line(
        "select",
        (line) => line["path"] === path && line["input"] === input && line["length"] === 10_000,
      );
      expect(row["milliseconds"]).toBeGreaterThan(0);
      expect(row["ratio"]).toBeCloseTo(Number(row["milliseconds"]) / Number(row["copyMilliseconds"]), 9);
    }
  }
  expect(await run.ended).toEqual({ code: 0, stderr: "" });
});

it("copse bench merge --quick adds two updates of 1,120 entries beside plain arrays", async () => {
  const run = runCopse("bench", "merge", "--quick", "--json");
  expect((await run.line("merge"))["entries"]).toBe(1_120);
  expect(await run.ended).toEqual({ code: 0, stderr: "" });
});

it("copse bench train --quick takes a step of each model beside a product of matrices", async () => {
  const run = runCopse("bench", "train", "--quick", "--json");
  for (const model of ["softmax", "mlp(64)", "cnn", "resnet(18, width=8)", "gpt(layers=3, heads=3, width=48, context=64)"]) {
    const row = await run.line("train", (line) => line["model"] === model);
    expect(row["milliseconds"]).toBeGreaterThan(0);
    expect(row["share"]).toBeGreaterThan(0);
  }
  expect((await run.ended).code).toBe(0);
});

it("copse bench kernels --quick measures products and layers' operations beside tfjs's, and filter gradients, which it lacks on wasm", async () => {
  const run = runCopse("bench", "kernels", "--quick", "--json");
  const product = await run.line("kernel", (line) => line["name"] === "product, Aᵀ");
  expect(product["tfjsMilliseconds"]).toBeGreaterThan(0);
  const gradient = await run.line("kernel", (line) => line["name"] === "filter gradient");
  expect(gradient).toMatchObject({ tfjsMilliseconds: null, patchesMilliseconds: expect.any(Number) });
  expect(gradient["share"]).toBeGreaterThan(0);
  const attention = await run.line("kernel", (line) => line["name"] === "causal attention, with its gradient");
  expect(attention["tfjsMilliseconds"]).toBeGreaterThan(0);
  expect((await run.ended).code).toBe(0);
});

it("copse bench transfer --quick sends a mebibyte over WebRTC, by Copse's links and by a bare channel", async () => {
  const run = runCopse("bench", "transfer", "--quick", "--json");
  const row = await run.line("transfer");
  expect(row).toMatchObject({ bytes: 2 ** 20 });
  expect(row["ratio"]).toBeCloseTo(Number(row["bareMilliseconds"]) / Number(row["milliseconds"]), 9);
  expect((await run.ended).code).toBe(0);
});

it("copse bench checkpoint --quick saves and loads the demo's model beside the same bytes alone, and clears up", async () => {
  const run = runCopse("bench", "checkpoint", "--quick", "--json");
  for (const what of ["save", "load"]) {
    const row = await run.line("checkpoint", (line) => line["what"] === what);
    const number = (name: string): number => row[name] as number;
    expect(number("parameters")).toBe(50_890);
    expect(number("bytes")).toBeGreaterThan(4 * 50_890);
    expect(number("bytes")).toBeLessThan(4 * 50_890 + 1_000);
    expect(number("ratio")).toBeCloseTo(number("milliseconds") / number("diskMilliseconds"), 9);
    expect(number("rounds")).toBeCloseTo(number("busyMilliseconds") / number("roundMilliseconds"), 9);
  }
  expect(await run.ended).toEqual({ code: 0, stderr: "" });
  expect(readdirSync(".").filter((name) => name.startsWith(".copse-bench-"))).toEqual([]);
});

it("copse bench wire stays within 2 % and 64 bits of the bound, in fewer bytes than pairs, varints and gzip", async () => {
  const run = runCopse("bench", "wire", "--quick", "--json");
  const rows: JsonLine[] = [];
  const fits = (row: JsonLine): boolean => row["length"] === 1_000_000 && row["density"] === 0.1;
  await run.line("wire", (row) => {
    if (!rows.includes(row)) rows.push(row);
    return fits(row);
  });
  const two = await run.line("wire-update", (row) => row["format"] === "two-level" && row["length"] === 1_000_000);
  expect(two["bytesPerEntry"]).toBeLessThan(1.4);
  const ended = await run.ended;
  expect(ended.code).toBe(0);
  expect(ended.stderr).toMatch(/real training are left out/);
  for (const row of rows) {
    const number = (name: string): number => row[name] as number;
    const entries = number("entries");
    expect(number("bitsPerIndex") * entries).toBeLessThanOrEqual(1.02 * number("boundBitsPerIndex") * entries + 64);
    if (entries < 1000) continue;
    expect(number("ratio")).toBeLessThan(1.02);
    for (const other of ["pairBytes", "varintBytes", "gzipBytes"]) expect(number("bytes")).toBeLessThan(number(other));
  }
  expect(rows.filter((row) => row["type"] === "wire")).toHaveLength(26);
});

it("copse bench accuracy --quick says what a method costs to an accuracy, and what dense sums over all links and in a ring would", async () => {
  const run = runCopse("bench", "accuracy", "--quick", "--json");
  expect(await run.ended).toEqual({ code: 0, stderr: "" });
  const [dense, all, ring, sparse] = run.lines;
  expect(run.lines).toHaveLength(4);
  expect(dense).toMatchObject({
    type: "accuracy",
    scheme: "none",
    aggregate: "gtopk",
    peers: 2,
    target: 0.5,
    rate: 0.3,
    seeds: 2,
  });
  expect(dense!["rounds"]).toBeGreaterThan(0);
  expect(all).toMatchObject({ aggregate: "all-to-all", rounds: dense!["rounds"], bytes: Number(dense!["rounds"]) * 4 * 12_730 });
  expect(ring!["bytes"]).toBe(all!["bytes"]);
  expect(sparse!["scheme"]).toBe("ef14(topk(2%) | twolevel)");
  expect(Number(sparse!["bytes"])).toBeLessThan(Number(dense!["bytes"]) / 20);
  expect(Number(sparse!["wireBytes"])).toBeGreaterThan(Number(sparse!["bytes"]));
});

it("copse bench accuracy goes on after the cases that its file of rows has", async () => {
  const folder = mkdtempSync(join(tmpdir(), "copse-accuracy-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const out = join(folder, "accuracy.ndjson");
  const play = async (...args: readonly string[]): Promise<readonly unknown[]> => {
    const run = runCopse("bench", "accuracy", "--quick", "--json", "--out", out, ...args);
    expect(await run.ended).toEqual({ code: 0, stderr: "" });
    return run.lines.map((line) => line["scheme"]);
  };
  expect(await play("--cases", "2..2")).toEqual(["ef14(topk(2%) | twolevel)"]);
  expect(await play()).toEqual(["none", "none", "none"]);
  expect(await play()).toEqual([]);
  expect(readFileSync(out, "utf8").trim().split("\n")).toHaveLength(4);
});
