import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { formatBytes, inTerminal, plural } from "../client/base/format.ts";
import { createHasher } from "../shared/base/hash.ts";
import { playChaos, type Verdict } from "../shared/simulation/chaos/chaos.ts";
import { type ChaosSummary, failureText, isSound, summaryOf } from "../shared/simulation/chaos/chaos-summary.ts";
import { type DrawnRun, drawnFields, runText } from "../shared/simulation/chaos/draw-run.ts";
import type { Fault } from "../shared/simulation/chaos/faults/fault.ts";
import { faults } from "../shared/simulation/chaos/faults/registry.ts";
import { createVirtualClock } from "../shared/simulation/network/virtual-clock.ts";
import { configOf, flagOf, type TypedOptions, wholeNumber } from "./support/config-options.ts";
import { UsageError } from "./support/exit.ts";
import { print, printJson } from "./support/terminal.ts";

/** A range of integers, both ends included. */
interface Range {
  readonly min: number;
  readonly max: number;
}

export interface ChaosRun {
  readonly seeds: Range;
  readonly peers: Range;
  /** Names of faults, or `all` or `none`. */
  readonly faults: string;
  /** Fields that were typed; the seed draws the others. */
  readonly run: Partial<DrawnRun>;
  readonly threads: number;
  /** Whether it ends with the first seed that fails. */
  readonly untilFailure: boolean;
}

/** What a thread is given: the seeds from `offset` on, in steps of the number of threads. */
interface ThreadTask {
  readonly chaos: ChaosRun;
  readonly offset: number;
  /** One number, shared by the threads: no seed after it need be played. */
  readonly last: Uint32Array;
}

/** Whether the options ask for faults, which is another simulation than the one without. */
export function asksForChaos(typed: TypedOptions): boolean {
  return typed["seeds"] !== undefined || typed["faults"] !== undefined;
}

/** `copse simulate --seeds …`: seeded runs under faults, and whether the promises were kept. */
export async function simulateChaos(typed: TypedOptions): Promise<void> {
  const run = chaosRunOf(typed);
  const isJson = typed["json"] === true;
  const say = (value: object, text: string): void => (isJson ? printJson(value) : print(text));
  const tell = (verdict: Verdict): void => {
    if (isSound(verdict)) return;
    const { seed, run: drawn } = verdict;
    const failure = { type: "failure", seed, run: drawn, what: failureText(verdict), replay: replayOf(run, seed) };
    say(failure, `seed ${seed}: ${failure.what}\n  ${runText(drawn)}\n  ${failure.replay}`);
  };
  const trace = typed["trace"] === true ? print : undefined;
  // Which failure is the first is known only at the end.
  const isToldLater = run.untilFailure || trace !== undefined;
  const verdicts =
    trace === undefined ? await playSeeds(run, isToldLater ? () => {} : tell) : [await playSeed(run, run.seeds.min, trace)];
  if (isToldLater) verdicts.forEach(tell);
  const summary = summaryOf(verdicts);
  say(summary, textOf(summary));
  if (summary.failed > 0) process.exitCode = 1;
}

/** Plays all seeds of the run, or those up to the first that fails, on its number of threads. `told` is called with each verdict. */
export async function playSeeds(run: ChaosRun, told: (verdict: Verdict) => void = () => {}): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  // A thread starts without the TypeScript loader: from sources it must load that first.
  const loader = import.meta.url.endsWith(".ts") ? `(await import("${import.meta.resolve("tsx/esm/api")}")).register();` : "";
  const entry = `(async () => { ${loader} await import("${import.meta.url}"); })();`;
  const last = new Uint32Array(new SharedArrayBuffer(4)).fill(run.seeds.max);
  const tasks = Array.from({ length: run.threads }, (_, offset): ThreadTask => ({ chaos: run, offset, last }));
  await Promise.all(
    tasks.map(
      (task) =>
        new Promise<void>((resolve, reject) => {
          const worker = new Worker(entry, { eval: true, workerData: task });
          worker.on("message", (verdict: Verdict) => {
            verdicts.push(verdict);
            told(verdict);
          });
          worker.on("error", reject);
          worker.on("exit", () => resolve());
        }),
    ),
  );
  return verdicts.filter(({ seed }) => seed <= last[0]!).sort((a, b) => a.seed - b.seed);
}

async function playSeed(run: ChaosRun, seed: number, trace?: (line: string) => void): Promise<Verdict> {
  return playChaos({
    seed,
    peers: run.peers,
    run: run.run,
    faults: faultsOf(run.faults),
    clock: createVirtualClock(() => new Promise((resolve) => void setImmediate(resolve))),
    hasher: await createHasher(),
    ...(trace === undefined ? {} : { trace }),
  });
}

async function playTask({ chaos, offset, last }: ThreadTask): Promise<void> {
  for (let seed = chaos.seeds.min + offset; seed <= Atomics.load(last, 0); seed += chaos.threads) {
    const verdict = await playSeed(chaos, seed);
    parentPort!.postMessage(verdict);
    if (chaos.untilFailure && !isSound(verdict)) lower(last, seed);
  }
}

/** Lowers the last seed to `seed`, unless another thread has lowered it further. */
function lower(last: Uint32Array, seed: number): void {
  for (let known = Atomics.load(last, 0); seed < known; ) {
    const found = Atomics.compareExchange(last, 0, known, seed);
    if (found === known) return;
    known = found;
  }
}

function chaosRunOf(typed: TypedOptions): ChaosRun {
  const names = String(typed["faults"] ?? "all");
  faultsOf(names);
  const seeds = rangeOf(typed["seeds"] ?? typed["seed"], "--seeds", { min: 0, max: 0xffffffff });
  if (typed["trace"] === true && seeds.min !== seeds.max) throw new UsageError("--trace: expected one seed, got several");
  const count = seeds.max - seeds.min + 1;
  return {
    run: fixedRunOf(typed),
    faults: names,
    seeds,
    peers: rangeOf(typed["peers"] ?? "2..32", "--peers", { min: 2, max: 256 }),
    threads: Math.min(count, wholeNumber(typed["threads"], "--threads", { min: 1, max: 64 })),
    untilFailure: typed["untilFailure"] === true,
  };
}

/** The drawn fields that were typed, checked. */
function fixedRunOf(typed: TypedOptions): Partial<DrawnRun> {
  const names = drawnFields.filter((name) => typed[name] !== undefined);
  const config = configOf(Object.fromEntries(names.map((name) => [name, typed[name]])));
  return Object.fromEntries(names.map((name) => [name, config[name]]));
}

/** "17", or "1..2000". */
function rangeOf(value: unknown, flag: string, bounds: Range): Range {
  const [first, last = first] = String(value).split("..");
  const [min, max] = [wholeNumber(first, flag, bounds), wholeNumber(last, flag, bounds)];
  if (min > max) throw new UsageError(`${flag}: expected a range that goes up, got ${String(value)}`);
  return { min, max };
}

function faultsOf(names: string): readonly Fault[] {
  if (names === "all") return faults;
  if (names === "none") return [];
  return names.split(",").map((name) => {
    const fault = faults.find((known) => known.name === name);
    const known = faults.map((one) => one.name).join(", ");
    if (fault === undefined) throw new UsageError(`--faults: expected all, none or some of ${known}, got ${name}`);
    return fault;
  });
}

function replayOf({ peers, faults: names, run }: ChaosRun, seed: number): string {
  const fixed = drawnFields.flatMap((name) => (run[name] === undefined ? [] : [` ${flagOf(name)} "${run[name]}"`]));
  return `copse simulate --seeds ${seed} --peers ${peers.min}..${peers.max} --faults ${names}${fixed.join("")} --trace`;
}

function textOf(summary: ChaosSummary): string {
  const { seeds, failed, rounds, faults: count, rollbacks } = summary;
  const rows = Object.entries(summary.faultsByPhase).map(([name, phases]) =>
    `  ${name.padEnd(10)}${Object.entries(phases)
      .map(([phase, n]) => `${phase} ${n}`.padEnd(16))
      .join("")}`.trimEnd(),
  );
  const lines = [
    `${plural(seeds, "seed")}, ${plural(rounds, "round")}, ${plural(count, "fault")}, ${plural(rollbacks, "round")} undone: ${failed === 0 ? "all promises kept" : `${failed} SEEDS FAILED`}`,
    ...rows,
    `divergences ${summary.divergences}, hangs ${summary.hangs}, double counts ${summary.doubleCounts}, untruthful ${summary.untruthful}`,
    `conservation error ${summary.conservationError}, at most ${formatBytes(summary.maxBufferedBytes)} waited at a peer`,
  ];
  return inTerminal(lines.join("\n"));
}

if (!isMainThread && workerData !== null && typeof workerData === "object" && "chaos" in workerData) {
  await playTask(workerData as ThreadTask);
}
