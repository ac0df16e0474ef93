import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { defaultConfig } from "../../shared/run/config.ts";
import { seededBugs, unlawfulBugs } from "./bugs.ts";
import { patchedCopy } from "./patched-copy.ts";
import { failedLaws, type Outcome, root, simulated, typed } from "./runs.ts";

/** Within so many seeds a bug must show. */
const most = 2_000;

/** A bug is sought in runs of one kind: a seed's number says the same after a scheme is added. */
const usual = ["--outer", "sgd(1)", "--tree", "heap", "--aggregate", "gtopk", "--truncation-residual", "in-network"];

const say = (text: string): void => void process.stdout.write(`${text}\n`);

function kindOf({ summary }: Outcome): string {
  const kinds = ["divergences", "hangs", "doubleCounts", "untruthful", "conservationError"].filter((kind) => summary[kind]! > 0);
  return kinds.join(", ");
}

/** The first seed that fails with the bug and not without it: else something was caught that was there before. */
async function firstCaught(folder: string, conditions: readonly string[]): Promise<{ seed: number; kind: string }> {
  for (let from = 1; from <= most; ) {
    const caught = await simulated(folder, ["--seeds", `${from}..${most}`, "--until-failure", "--threads", "1", ...conditions]);
    const [failure] = caught.failures;
    if (failure === undefined) break;
    const sound = await simulated(root, ["--seeds", String(failure.seed), ...conditions]);
    if (sound.failures.length === 0) return { seed: failure.seed, kind: kindOf(caught) };
    from = failure.seed + 1;
  }
  throw new Error(`expected one of the seeds 1..${most} to fail with the bug alone, got none`);
}

test.concurrent.for(seededBugs)("a simulation catches $patch", async ({ patch, peers, faults, scheme }, { onTestFinished }) => {
  const { folder, remove } = patchedCopy(patch);
  onTestFinished(remove);
  const { seed, kind } = await firstCaught(folder, [
    ...["--peers", peers, "--faults", faults, "--scheme", scheme ?? defaultConfig.scheme, ...usual],
  ]);
  say(`${patch}: seed ${seed} (${kind})`);
  expect(seed).toBeLessThanOrEqual(most);
});

test.concurrent.for(unlawfulBugs)("a law of its own catches $patch", async ({ patch, file, law }, { onTestFinished }) => {
  const { folder, remove } = patchedCopy(patch);
  onTestFinished(remove);
  expect(await failedLaws(folder, file, law)).toContainEqual(expect.stringContaining(law));
});

test("every patch is one of a bug that is caught", () => {
  const patches = readdirSync(fileURLToPath(new URL(".", import.meta.url))).filter((file) => file.endsWith(".patch"));
  expect(patches.sort()).toEqual([...seededBugs, ...unlawfulBugs].map(({ patch }) => `${patch}.patch`).sort());
});

test("a seed that fails is failed again by the command that is printed", async ({ onTestFinished }) => {
  const { folder, remove } = patchedCopy("rejected-forgotten");
  onTestFinished(remove);
  const { failures } = await simulated(folder, ["--seeds", "1..20", "--peers", "2..5", "--until-failure", ...usual]);
  const [{ seed, what, replay }] = failures as [Outcome["failures"][number]];
  const { code, stdout } = await typed(folder, replay);
  expect(code).toBe(1);
  expect(stdout).toContain(`seed ${seed}: ${what}`);
  expect(stdout).toMatch(/ {2}p\d+ {2}commits round 1 /);
});
