import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import "@tensorflow/tfjs-backend-cpu";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { filesOf } from "../client/initial/plain-model.ts";
import { copseText, runCopse } from "./run-copse.ts";

let folder: string;
/** A folder with a plain model of tfjs for rows of three numbers, of which two classes are told apart. */
let own: string;

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  folder = await mkdtemp(join(tmpdir(), "copse-own-model-"));
  own = join(folder, "own");
  await mkdir(own);
  const layers = [
    tfl.layers.dense({ units: 8, inputShape: [3], activation: "relu", name: "bend" }),
    tfl.layers.dropout({ rate: 0.1, name: "forget" }),
    tfl.layers.dense({ units: 2, activation: "softmax", name: "say" }),
  ];
  for (const file of await filesOf(tfl.sequential({ layers })))
    await writeFile(join(own, file.path), await file.read(0, file.size));
  const rows = Array.from(
    { length: 80 },
    (_, i) => `${i % 7},${(i * 3) % 5},${i % 2 === 0 ? 1 : 4},${i % 2 === 0 ? "ash" : "oak"}`,
  );
  await writeFile(join(folder, "rows.csv"), `a,b,c,kind\n${rows.join("\n")}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

const demo = (exported: string, ...args: readonly string[]) =>
  runCopse(
    ...["demo", "--json", "--peers", "2", "--rounds", "6", "--local-steps", "1", "--scheme", "none", "--rate", "0.05"],
    ...["--data", join(folder, "rows.csv"), "--export", join(folder, exported), ...args],
  );

describe("copse", { timeout: 180_000 }, () => {
  it("demo trains the model.json of a folder, evaluate reads what it wrote, and --from goes on with it", async () => {
    const first = demo("first", "--model", own);
    const ended = await first.line("summary");
    expect(ended).toMatchObject({ model: "own", hashesEqual: true });
    const [peer] = await readdir(join(folder, "first"));
    const saved = join(folder, "first", peer!);
    const judged = runCopse("evaluate", "--json", "--model", saved, "--data", join(folder, "rows.csv"));
    expect(await judged.line("evaluation")).toMatchObject({
      task: "table",
      tested: 80,
      metrics: { accuracy: expect.any(Number) },
    });
    const next = demo("next", "--from", saved);
    expect(await next.line("summary")).toMatchObject({ model: "own", task: "table", hashesEqual: true });
    const round = await next.line("round");
    expect(round["loss"]).toBeCloseTo(ended["loss"] as number, 5);
  });

  it("peer without the file takes the model that the server serves", async () => {
    const server = runCopse("serve", "--json", "--port", "0", "--model", own);
    const { url, room } = (await server.line("listening")) as { url: string; room: string };
    const args = [
      "--server",
      url,
      "--room",
      room,
      "--json",
      "--data",
      join(folder, "rows.csv"),
      "--rounds",
      "2",
      "--start-at",
      "2",
    ];
    const brings = runCopse("peer", ...args, "--take", "1/2", "--model", join(own, "model.json"));
    await brings.line("joined");
    const takes = runCopse("peer", ...args, "--take", "2/2");
    expect((await takes.line("joined"))["config"]).toMatchObject({ model: "own", from: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect((await takes.line("final"))["hash"]).toBe((await brings.line("final"))["hash"]);
  });

  it.each<[string, () => readonly string[], string]>([
    [
      "a folder that no run ended in",
      () => ["demo", "--from", own],
      "error: --from: expected a folder that --export wrote, with model.safetensors",
    ],
    [
      "two models at once",
      () => ["demo", "--from", own, "--model", "mlp(8)"],
      "error: --model: expected none beside --from, which has one, got both",
    ],
    ["a path that is none", () => ["demo", "--model", join(folder, "nowhere")], "nowhere: expected a file or a folder, got none"],
    ["a folder without a model", () => ["demo", "--model", folder], "error: --model: "],
    [
      "a served folder without a model",
      () => ["serve", "--model", folder],
      "error: --model: expected a folder with model.json, got ",
    ],
  ])("refuses %s in one sentence, with exit code 2", async (_, args, sentence) => {
    const { text, code } = await copseText(...args());
    expect({ line: text.split("\n")[0], code }).toEqual({ line: expect.stringContaining(sentence), code: 2 });
  });
});
