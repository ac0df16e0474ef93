import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { copseText, runCopse } from "../run-copse.ts";

const settings =
  "{peers: 3, model: mlp(8), partition: iid, samples: 90, localSteps: 2, rounds: 4, every: 2, batch: 16, rate: 0.3, local: adamw, outer: 'adamw(0.01, cosine=6)'}";
const yaml = `settings: ${settings}
arms:
  - {name: dense, scheme: none}
  - {name: EF14, scheme: "ef14(topk(5%))"}
  - {name: ImpK, scheme: "ef14(impk(5%, cube=[0, 2], refresh=2))"}
grid: {seed: [1, 2]}
`;

/** A folder with the file, that is gone after the test. */
function folderWith(text: string): { readonly file: string; readonly results: string } {
  const folder = mkdtempSync(join(tmpdir(), "copse-lab-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "lab.yaml");
  writeFileSync(file, text);
  return { file, results: join(folder, "lab.ndjson") };
}

/** Rows without what does not follow from their cells. */
function rowsIn(path: string): unknown[] {
  const lines = readFileSync(path, "utf8").trim().split("\n");
  return lines.map((line) => ({ ...(JSON.parse(line) as object), made: null }));
}

let whole: unknown[];

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "copse-lab-"));
  const file = join(folder, "lab.yaml");
  writeFileSync(file, yaml);
  const { code, text } = await copseText("lab", "run", file);
  expect({ code, lines: text.trim().split("\n").length }, text).toEqual({ code: 0, lines: 6 });
  whole = rowsIn(join(folder, "lab.ndjson"));
  rmSync(folder, { recursive: true });
}, 120_000);

describe("a lab", () => {
  it("that was killed goes on to the same rows, bit for bit, though its last row was cut short", async () => {
    const { file, results } = folderWith(yaml);
    const run = runCopse("lab", "run", file, "--json");
    await run.line("run", (line) => line["arm"] === "EF14");
    run.process.kill("SIGKILL");
    await run.ended;
    const broken = readFileSync(results, "utf8");
    writeFileSync(results, broken + broken.slice(0, 200));
    expect((await copseText("lab", "run", file)).code).toBe(0);
    expect(rowsIn(results)).toEqual(whole);
    // Nothing is left to do.
    expect((await copseText("lab", "run", file)).text).toMatch(/^6 of 6 runs are in /);
    expect(rowsIn(results)).toEqual(whole);
  });

  it("gives the same rows in two processes", async () => {
    const { file, results } = folderWith(yaml.replace("seed: [1, 2]", "seed: [2]").replace(/.*dense.*\n/, ""));
    expect((await copseText("lab", "run", file, "--processes", "2")).code).toBe(0);
    const rows = new Set(rowsIn(results).map((row) => JSON.stringify(row)));
    expect(rows).toEqual(new Set([whole[3], whole[5]].map((row) => JSON.stringify(row))));
  });

  it("has the hash that a room of real peers has over WebRTC", async () => {
    const { file } = folderWith(`settings: {${settings.slice(1, -1)}, scheme: 'ef14(impk(5%, cube=[0, 2], refresh=2))'}\n`);
    const row = await runCopse("lab", "run", file, "--json").line("run");
    const demo = runCopse("demo", "--run", file, "--json");
    expect(await demo.line("round", (line) => line["round"] === 4)).toMatchObject({ hash: row["hash"], contributors: 3 });
  });

  it("notes in which round a run's numbers were not finite any more, and reads that row again", async () => {
    const { file } = folderWith(
      "settings: {peers: 2, model: mlp(8), samples: 40, rounds: 30, every: 1, rate: 100, local: adamw(decay=100), scheme: none}\n",
    );
    const row = await runCopse("lab", "run", file, "--json").line("run");
    expect(row["divergedIn"]).toBeGreaterThan(0);
    expect((await copseText("lab", "table", file)).text).toContain("diverged");
    expect((await copseText("lab", "run", file)).text).toMatch(/^1 of 1 runs are in /);
  });

  it("shows a table, and draws a picture", async () => {
    const { file, results } = folderWith(yaml);
    writeFileSync(
      results,
      whole.map((row) => `${JSON.stringify({ ...(row as object), made: { seconds: 1, machine: "", date: "" } })}\n`).join(""),
    );
    const table = await copseText("lab", "table", file);
    expect(table.text.split("\n").map((line) => line.split(" ")[0])).toEqual(["", "dense", "EF14", "ImpK", ""]);
    expect((await copseText("lab", "plot", file)).text).toContain("accuracy against rounds; bytes that a worker sent");
    expect(readFileSync(results.replace(/ndjson$/, "svg"), "utf8")).toMatch(/^<svg [\s\S]*<\/svg>\s*$/);
  });
});

describe("what is wrong is said in one sentence", () => {
  const short = "settings: {peers: 2, model: softmax, samples: 20, rounds: 1}\n";

  it.each([
    [
      "a row of another version",
      `${JSON.stringify({ type: "run", version: 9 })}\n`,
      /lab.ndjson, line 1: expected a row of version 1, got 9: move the file away/,
    ],
    ["a line that is no row", "nothing\n", /lab.ndjson, line 1: expected a row of results as JSON/],
    ["a row that lacks something", `${JSON.stringify({ type: "run", version: 1 })}\n`, /lab.ndjson, line 1: arm: /],
  ])("%s", async (_what, row, sentence) => {
    const { file, results } = folderWith(short);
    writeFileSync(results, row);
    const { text, code } = await copseText("lab", "run", file);
    expect(text).toMatch(sentence);
    expect(code).toBe(2);
    expect(readFileSync(results, "utf8")).toBe(row);
  });

  it.skipIf(!existsSync("/dev/full"))("a full disk", async () => {
    const { file } = folderWith(short);
    const { text, code } = await copseText("lab", "run", file, "--out", "/dev/full");
    expect(text).toMatch(
      /^error: \/dev\/full: expected a file that can be written: ENOSPC: no space left on device, write; rows before it are safe$/m,
    );
    expect(code).toBe(2);
  });

  it("data that are not there", async () => {
    const { file } = folderWith("settings: {data: nowhere, rounds: 1}\n");
    const { text, code } = await copseText("lab", "run", file);
    expect(text).toMatch(/^error: data: nowhere: /m);
    expect(code).toBe(2);
  });
});
