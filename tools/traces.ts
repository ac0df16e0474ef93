import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { promisify } from "node:util";

// Shows that a refactoring changes no event of the simulation: records the outputs of two builds and compares them.
//   tsx tools/traces.ts record dist/cli/main.js before.json     (then the same of the other build)
//   tsx tools/traces.ts compare before.json after.json

const schemes = [null, "ef21(topk(5%))", "ef14(powersgd(1))"];
const seeds = Array.from({ length: 200 }, (_, index) => index + 1);
const commands = [
  ...schemes.flatMap((scheme) =>
    seeds.map((seed) => `--seeds ${seed}..${seed} --trace${scheme === null ? "" : ` --scheme ${scheme}`}`),
  ),
  "--peers 64 --json",
  "--peers 256 --json",
];

const [mode, first, second] = process.argv.slice(2);
if (mode === "record" && first !== undefined && second !== undefined) await record(first, second);
else if (mode === "compare" && first !== undefined && second !== undefined) compare(first, second);
else throw new Error("expected record PROGRAM FILE or compare FILE FILE");

/** The digest and the length in bytes of what each command prints, by command. */
async function record(program: string, file: string): Promise<void> {
  const outputs: Record<string, string> = {};
  const waiting = commands.entries();
  const work = async (): Promise<void> => {
    for (const [index, command] of waiting) {
      const { stdout } = await promisify(execFile)(process.execPath, [program, "simulate", ...command.split(" ")], {
        maxBuffer: 1e9,
      });
      outputs[command] = `${createHash("sha256").update(stdout).digest("hex")} ${stdout.length}`;
      if (index % 100 === 99) console.log(`${index + 1} of ${commands.length}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  writeFileSync(file, JSON.stringify(outputs, commands, 1));
}

function compare(before: string, after: string): void {
  const [old, now] = [before, after].map((file) => JSON.parse(readFileSync(file, "utf8")) as Record<string, string>);
  const different = commands.filter((command) => old![command] === undefined || old![command] !== now![command]);
  for (const command of different) console.log(`copse simulate ${command}: ${old![command]} before, ${now![command]} after`);
  console.log(`${commands.length - different.length} of ${commands.length} outputs are equal`);
  process.exitCode = different.length === 0 ? 0 : 1;
}
