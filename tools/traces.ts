import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

// Shows that a refactoring changes no event of the simulation: records the outputs of two builds and compares them.
//   tsx tools/traces.ts record dist before.json     (then the same of the other build)
//   tsx tools/traces.ts compare before.json after.json

interface Command {
  readonly text: string;
  readonly module: "simulate-chaos" | "simulate";
  readonly options: Readonly<Record<string, unknown>>;
}

/** What `cli/simulate-chaos.js` and `cli/simulate.js` of a build export. */
interface Simulations {
  simulateChaos(typed: Command["options"]): Promise<void>;
  simulate(options: Command["options"]): Promise<object>;
}

const schemes = ["ef14(topk(1%))", "ef21(topk(5%))", "ef14(powersgd(1))"];
const seeds = Array.from({ length: 200 }, (_, index) => index + 1);
const network = {
  dimension: 10_000,
  scheme: "ef14(topk(1%))",
  tree: "heap",
  rounds: 5,
  latencyMs: 40,
  bandwidthMbit: 20,
  seed: 1,
};
const commands: readonly Command[] = [
  ...schemes.flatMap((scheme) =>
    seeds.map((seed): Command => {
      const options = { seeds: `${seed}..${seed}`, trace: true, threads: "1", scheme };
      return { text: `--seeds ${seed}..${seed} --trace --scheme ${scheme}`, module: "simulate-chaos", options };
    }),
  ),
  ...[64, 256].map((peers): Command => ({ text: `--peers ${peers}`, module: "simulate", options: { ...network, peers } })),
];

const [mode, first, second, part] = process.argv.slice(2);
if (first === undefined || second === undefined) throw new Error("expected record FOLDER FILE or compare FILE FILE");
if (mode === "compare") compare(first, second);
else if (mode === "part") await recordPart(first, Number(second), Number(part));
else await record(first, second);

/** The digest and the length of what each command gives, by command. */
async function record(build: string, file: string): Promise<void> {
  const outputs: Record<string, string> = {};
  const parts = availableParallelism();
  const works = Array.from({ length: parts }, (_, index) => {
    const child = fork(fileURLToPath(import.meta.url), ["part", build, String(index), String(parts)], {
      execArgv: process.execArgv,
    });
    child.on("message", (message) => {
      const [text, output] = message as [string, string];
      outputs[text] = output;
    });
    return new Promise<void>((done, fail) => {
      child.on("exit", (code) => (code === 0 ? done() : fail(new Error(`expected exit code 0, got ${code}`))));
    });
  });
  await Promise.all(works);
  writeFileSync(
    file,
    JSON.stringify(
      outputs,
      commands.map(({ text }) => text),
      1,
    ),
  );
}

async function recordPart(build: string, index: number, parts: number): Promise<void> {
  const folder = pathToFileURL(`${resolve(build)}/cli/`);
  const { simulateChaos }: Simulations = await import(new URL("simulate-chaos.js", folder).href);
  const { simulate }: Simulations = await import(new URL("simulate.js", folder).href);
  let printed = createHash("sha256");
  let length = 0;
  process.stdout.write = (text: string | Uint8Array): boolean => {
    printed.update(text);
    length += text.length;
    return true;
  };
  for (const { text, module, options } of commands.filter((_, at) => at % parts === index)) {
    [printed, length] = [createHash("sha256"), 0];
    if (module === "simulate-chaos") await simulateChaos(options);
    else process.stdout.write(JSON.stringify(await simulate(options)));
    process.send!([text, `${printed.digest("hex")} ${length}`]);
  }
  process.exitCode = 0;
  process.disconnect();
}

function compare(before: string, after: string): void {
  const [old, now] = [before, after].map((file) => JSON.parse(readFileSync(file, "utf8")) as Record<string, string>);
  const different = commands.filter(({ text }) => old![text] === undefined || old![text] !== now![text]);
  for (const { text } of different) console.log(`copse simulate ${text}: ${old![text]} before, ${now![text]} after`);
  console.log(`${commands.length - different.length} of ${commands.length} outputs are equal`);
  process.exitCode = different.length === 0 ? 0 : 1;
}
