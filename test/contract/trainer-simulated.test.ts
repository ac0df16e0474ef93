import { layoutOf } from "../../shared/base/layout.ts";
import type { Trainer } from "../../shared/run/trainer.ts";
import { createLedger } from "../../shared/simulation/chaos/ledger.ts";
import { createRecordingTrainer } from "../../shared/simulation/chaos/recording-trainer.ts";
import { createWholeTrainer } from "../../shared/simulation/chaos/whole-trainer.ts";
import { createQuadraticTrainer } from "../../shared/simulation/lab/quadratic-trainer.ts";
import { createGate } from "../../shared/simulation/network/gate.ts";
import { createVirtualClock, type VirtualClock } from "../../shared/simulation/network/virtual-clock.ts";
import { contract } from "./contract.ts";
import { trainerLaws } from "./trainer-laws.ts";
import { virtualWait } from "./virtual-wait.ts";

const length = 30;
const layout = layoutOf([{ name: "x", shape: [length] }]);

/** Trainers on virtual time, whose updates are arrays. */
function simulated(name: string, make: (clock: VirtualClock) => Trainer): void {
  contract(name, trainerLaws, () => {
    const clock = createVirtualClock(() => new Promise((resolve) => setImmediate(resolve)));
    return {
      make: async () => make(clock),
      read: async (delta) => delta as Float32Array,
      keepsUpdates: true,
      // Updates that are rounded to whole numbers are a 64th of it.
      scale: 500,
      wait: virtualWait(clock),
      close: async () => {},
    };
  });
}

simulated("a trainer of quadratics", (clock) =>
  createQuadraticTrainer({ dimension: length, seed: 1, seat: 2, trainingMs: 50, clock }),
);

simulated("a trainer whose updates are whole numbers", (clock) =>
  createWholeTrainer({ layout, seed: 1, seat: 2, clock, trainingMs: () => 50 }),
);

simulated("a trainer whose model has statistics", (clock) =>
  createWholeTrainer({ layout: { ...layout, statistics: 4 }, seed: 1, seat: 2, clock, trainingMs: () => 50 }),
);

simulated("a trainer of whose updates the books know", (clock) => {
  const tip = { round: 1, version: [1, 1], hash: "0".repeat(32) } as const;
  const ends = { isTraining: false, isOver: false, slowness: 1 };
  const peer = { id: "a".repeat(16), name: "p2", peer: { tip }, gate: createGate(clock), ...ends };
  const ledger = createLedger({ length, lastLength: length, phases: 1, rebuild: null });
  const rest = { weighting: "samples", trainingMs: () => 50, isHalted: () => false } as const;
  return createRecordingTrainer(peer, { layout, seed: 1, ledger, ...rest });
});
