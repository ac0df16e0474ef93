import { setBackend } from "@tensorflow/tfjs-core";
import { realClock } from "../../client/base/real-clock.ts";
import { nodeBackends } from "../../client/node/tensorflow.ts";
import { createTrainer } from "../../client/tfjs/create-trainer.ts";
import { TrainingError } from "../../client/tfjs/training-error.ts";
import { createHasher } from "../../shared/base/hash.ts";
import { metricsOf } from "../../shared/run/tasks.ts";
import type { Trainer } from "../../shared/run/trainer.ts";
import { DivergedError } from "../../shared/simulation/lab/lab.ts";
import { createTaskLab, type TaskLab } from "../../shared/simulation/lab/task-lab.ts";
import { thisMachine } from "../support/this-machine.ts";
import { type Cell, configOfCell } from "./cell.ts";
import type { CellData } from "./cell-data.ts";
import type { NamedCell } from "./lab-file.ts";
import { type LabPoint, type LabRow, rowVersion } from "./lab-row.ts";

/** Trains P workers to the end of a cell's run, on wasm. @param onRound told of each round, and of the newest test */
export async function playCell(
  { arm, cell }: NamedCell,
  data: CellData,
  onRound: (round: number, newest: LabPoint | null) => void = () => {},
): Promise<LabRow> {
  const began = realClock.now();
  nodeBackends();
  await setBackend("wasm");
  const config = configOfCell(cell);
  const trainers: Trainer[] = [];
  try {
    for (const [seat, own] of (await data.workersOf(cell)).entries())
      trainers.push(await createTrainer(config, own, seat, "wasm"));
    const lab = createTaskLab({ config, trainers, hasher: await createHasher() });
    const { points, divergedIn } = await play(lab, cell, onRound);
    const seconds = (realClock.now() - began) / 1e3;
    return {
      ...{ type: "run", version: rowVersion, arm, cell },
      ...{ parameters: trainers[0]!.layout.length, points, hash: lab.hash, divergedIn },
      made: { seconds, ...thisMachine() },
    };
  } finally {
    for (const trainer of trainers) trainer.dispose();
  }
}

async function play(
  lab: TaskLab,
  { rounds, every, task, target }: Cell,
  onRound: (round: number, newest: LabPoint | null) => void,
): Promise<Pick<LabRow, "points" | "divergedIn">> {
  const points: LabPoint[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    try {
      await lab.step();
      if (round % every === 0 || round === rounds) {
        const { trainingLoss, ...report } = lab.report();
        const metrics = metricsOf(task, await lab.test());
        if (!Object.values(metrics).every(Number.isFinite)) return { points, divergedIn: round };
        points.push({ ...report, trainingLoss: trainingLoss!, metrics });
      }
    } catch (cause) {
      if (cause instanceof DivergedError || cause instanceof TrainingError) return { points, divergedIn: round };
      throw cause;
    }
    onRound(round, points.at(-1) ?? null);
    if (target > 0 && (points.at(-1)?.metrics["accuracy"] ?? 0) >= target) break;
  }
  return { points, divergedIn: null };
}
