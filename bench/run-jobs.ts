import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { Job, TunedRun } from "./tuned-run.ts";

/** Runs jobs in one process per core. The results are in the jobs' order, and do not depend on the number of processes. */
export async function runJobs(jobs: readonly Job[]): Promise<TunedRun[]> {
  const results: TunedRun[] = [];
  let next = 0;
  let done = 0;
  await Promise.all(
    Array.from({ length: Math.min(availableParallelism(), jobs.length) }, async () => {
      const worker = fork(fileURLToPath(new URL("./feedback-worker.ts", import.meta.url)));
      while (next < jobs.length) {
        const at = next;
        next += 1;
        const result = await answerOf(worker, jobs[at]!);
        results[at] = result;
        done += 1;
        const { problem, scheme, rate, curve } = result;
        const gap = curve.at(-1)![1].toExponential(2);
        process.stderr.write(`${done}/${jobs.length} ${problem} ${scheme}: ${gap} at rate ${rate}\n`);
      }
      worker.disconnect();
    }),
  );
  return results;
}

function answerOf(worker: ChildProcess, job: Job): Promise<TunedRun> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`expected a result of ${job.scheme}, got exit code ${code}`));
    worker.once("exit", ended);
    worker.once("message", (result) => {
      worker.off("exit", ended);
      resolve(result as TunedRun);
    });
    worker.send(job);
  });
}
