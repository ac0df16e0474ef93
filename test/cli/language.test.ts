import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { expect, it, onTestFinished } from "vitest";
import { characterBigram } from "../support/character-bigram.ts";
import { wordRate } from "../support/word-rate.ts";
import { runCopse } from "./run-copse.ts";

const folder = fileURLToPath(new URL("../../../shared/data/tinyshakespeare", import.meta.url));
const file = join(folder, "input.txt.gz");
const isNight = process.env["COPSE_NIGHTLY"] === "1";

// Rounds of the default recipe, the loss that they reach (how frequent characters are gives 3.35, pairs 2.48), and a limit for a busy machine.
const [rounds, mostLoss, limitMs] = isNight ? [900, 2.18, 1_800_000] : [60, 3.15, 600_000];
/** Characters that the model writes: by night about 500 words of three or more letters, a rate to 2 points. */
const written = isNight ? 4_000 : 100;
/** That of `copse generate` where none is asked for; the pairs are drawn at it, too. */
const temperature = 0.8;

it.runIf(existsSync(file))(
  isNight
    ? "four peers learn more of a text than which pairs of characters are frequent, and write its words"
    : "four peers learn more of a text than how frequent each character is, and write on from a prompt",
  async () => {
    const text = gunzipSync(readFileSync(file)).toString();
    const cut = Math.floor(0.9 * text.length);
    const bigram = characterBigram(text.slice(0, cut));
    expect(bigram.loss(text.slice(cut))).toBeCloseTo(2.48, 2);
    const models = mkdtempSync(join(tmpdir(), "copse-language-"));
    onTestFinished(() => rmSync(models, { recursive: true, force: true }));
    const demo = runCopse("demo", "--data", folder, "--rounds", String(rounds), "--export", models, "--json");
    expect((await demo.ended).code).toBe(0);
    const summary = await demo.line("summary");
    const { loss } = summary["metrics"] as { readonly loss: number };
    expect(summary).toMatchObject({ task: "language", peers: 4, rounds, hashesEqual: true });
    expect(loss).toBeLessThanOrEqual(mostLoss);
    const model = join(models, readdirSync(models)[0]!);
    const options = ["--tokens", String(written), "--json"];
    const generate = runCopse("generate", "--model", model, "--prompt", "\n", ...options);
    const { text: own } = (await generate.line("text")) as { readonly text: string };
    expect(own).toHaveLength(written + 1);
    const pairs = bigram.write("\n", 20_000, { temperature, seed: 1 });
    if (isNight) expect(wordRate(own, text) - wordRate(pairs, text)).toBeGreaterThanOrEqual(0.2);
  },
  limitMs,
);
