import type { Layout } from "../../base/layout.ts";
import type { Scheme } from "../../compress/types.ts";
import type { Peer } from "../../peer/peer.ts";
import type { Trainer } from "../../run/trainer.ts";
import type { Ledger } from "./ledger.ts";
import type { SimulatedPeer } from "./simulated-peer.ts";
import { createWholeTrainer } from "./whole-trainer.ts";

interface RecordingTrainerOptions {
  readonly layout: Layout;
  readonly seed: number;
  readonly weighting: Scheme["weighting"];
  readonly ledger: Ledger;
  trainingMs(): number;
  /** Whether updates are not to come any more. */
  isHalted(): boolean;
}

/** What is asked of a peer, and noted about it. */
type RecordedPeer = Pick<SimulatedPeer, "id" | "name" | "gate" | "slowness" | "isTraining" | "isOver"> & {
  readonly peer: Pick<Peer, "tip">;
};

/** A peer's trainer, of whose updates the books of the run know. */
export function createRecordingTrainer(simulated: RecordedPeer, options: RecordingTrainerOptions): Trainer {
  const { layout, seed, weighting, ledger, trainingMs, isHalted } = options;
  const trainer = createWholeTrainer({
    layout,
    seed,
    // The same update by two peers that have one seat, one after the other, would make their totals equal, which hashes do not tell apart.
    seat: Number(simulated.name.slice(1)),
    clock: simulated.gate.clock,
    trainingMs: () => trainingMs() * simulated.slowness,
  });
  let start = "";
  return {
    ...trainer,
    async load(parameters) {
      start = simulated.peer.tip!.hash;
      return trainer.load(parameters);
    },
    async localUpdate(round) {
      if (isHalted()) return new Promise<never>(() => {});
      const from = start;
      simulated.isTraining = true;
      const update = await trainer.localUpdate(round);
      if (simulated.isOver) return new Promise<never>(() => {});
      simulated.isTraining = false;
      const weight = weighting === "samples" ? update.samples : 1;
      ledger.given(
        simulated.id,
        from,
        update.delta.map((value) => weight * value),
      );
      return update;
    },
  };
}
