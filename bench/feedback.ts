import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { readProblem } from "../cli/problem-file.ts";
import { schemeOf } from "../shared/compress/scheme-of.ts";
import { createHasher } from "../shared/hash.ts";
import { createLab, DivergedError } from "../shared/simulation/lab.ts";
import { newtonMinimum } from "../shared/simulation/newton.ts";

/**
 * The gap to the optimum against the bytes that a worker sends: logistic regression, 20 workers whose samples are sorted by
 * label, each scheme at two rates. The data sets are looked for in ../shared/data/libsvm, beside the clone.
 */
const machine = `${cpus()[0]?.model ?? "unknown"} × ${cpus().length}, Node ${process.version}`;
const date = new Date().toISOString().slice(0, 10);
const schemes = [
  "none",
  "topk(10%)",
  "ef14(topk(10%))",
  "ef14(topk(10%) | natural)",
  "ef14(impk(10%))",
  "ef21(topk(10%))",
  "econtrol(topk(10%))",
  "scam(topk(10%))",
];
const reports = [10, 50, 150];
const hasher = await createHasher();
const lines: string[] = [];

for (const name of ["mushrooms", "a9a"]) {
  const path = fileURLToPath(new URL(`../../shared/data/libsvm/${name}.txt.gz`, import.meta.url));
  if (!existsSync(path)) {
    process.stderr.write(`${name} is not in ../shared/data/libsvm: passed over\n`);
    continue;
  }
  const problem = readProblem(path, 20);
  const optimum = newtonMinimum(problem)!.value;
  for (const scheme of schemes) {
    for (const rate of [0.5, 2]) {
      const about = { type: "feedback", problem: name, workers: 20, lambda: 1e-3, scheme, rate, machine, date };
      const lab = createLab(problem, { scheme: schemeOf(scheme), tree: "heap", seed: 1, rate, hasher });
      try {
        for (let round = 1; round <= reports.at(-1)!; round += 1) {
          lab.step();
          if (!reports.includes(round)) continue;
          const { objective, bytesPerWorker } = lab.report();
          write({ ...about, round, gap: objective - optimum, bytesSentPerWorker: bytesPerWorker * round });
        }
      } catch (error) {
        if (!(error instanceof DivergedError)) throw error;
        write({ ...about, round: error.round, gap: null, bytesSentPerWorker: null });
      }
    }
  }
}

function write(line: Readonly<Record<string, unknown>>): void {
  const text = JSON.stringify(line);
  process.stdout.write(`${text}\n`);
  lines.push(text);
}

if (lines.length > 0) {
  const folder = new URL("./results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL("feedback.ndjson", folder), `${lines.join("\n")}\n`);
}
