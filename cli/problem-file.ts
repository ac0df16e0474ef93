import { readFileSync } from "node:fs";
import { constants, gunzipSync } from "node:zlib";
import { parseLibsvm } from "../shared/simulation/lab/libsvm.ts";
import { logisticProblem } from "../shared/simulation/lab/logistic-problem.ts";
import type { Problem } from "../shared/simulation/lab/problem.ts";
import { ProblemFileError } from "../shared/simulation/lab/problem-file-error.ts";
import { parseQuadratic } from "../shared/simulation/lab/quadratic-problem.ts";
import { softmaxProblem } from "../shared/simulation/lab/softmax-problem.ts";
import { UsageError } from "./support/exit.ts";
import { textIn } from "./support/text-in.ts";

/** Enough for ten million entries of LIBSVM; V8 has no longer strings. */
const maxBytes = 400_000_000;
/** λ of the regularization, which makes the optimum unique; as in the published comparisons. */
const lambda = 1e-3;
const defaultWorkers = 20;

/**
 * The problem in a file: quadratics where its name ends in .json, otherwise LIBSVM, perhaps gzipped
 * (.gz): logistic regression for two labels, softmax regression for more.
 * @param workers number of workers among which LIBSVM's samples are split; a file of quadratics has its own
 * @throws {UsageError} if the file cannot be read or does not fit the workers
 * @throws {ProblemFileError} if it describes no problem
 */
export function readProblem(path: string, workers: number | null): Problem {
  const text = readText(path);
  if (/\.json(\.gz)?$/.test(path)) {
    const problem = parseQuadratic(text, path);
    if (workers !== null && workers !== problem.workers)
      throw new UsageError(`--workers: expected ${problem.workers}, as ${path} has, got ${workers}`);
    return problem;
  }
  const samples = parseLibsvm(text, path);
  try {
    const regression = new Set(samples.labels).size > 2 ? softmaxProblem : logisticProblem;
    return regression(samples, { workers: workers ?? defaultWorkers, lambda });
  } catch (cause) {
    throw new UsageError(`${path}: ${(cause as Error).message}`, { cause });
  }
}

function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (cause as Error).message;
    throw new UsageError(`--problem: expected a file that can be read, got ${path} (${reason})`, { cause });
  }
  return textIn(path.endsWith(".gz") ? unzip(bytes, path) : bytes);
}

function unzip(bytes: Buffer, path: string): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    throw new ProblemFileError(path, linesIn(bytes), `expected a whole gzip file, got: ${(cause as Error).message}`);
  }
}

/** The number of the last line that can be unpacked from a broken gzip file. */
function linesIn(bytes: Buffer): number {
  try {
    const start = gunzipSync(bytes, { maxOutputLength: maxBytes, finishFlush: constants.Z_SYNC_FLUSH });
    return start.toString("utf8").split("\n").length;
  } catch {
    return 1;
  }
}
