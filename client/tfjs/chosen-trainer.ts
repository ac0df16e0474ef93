import type { BackendName } from "./on-backend.ts";
import type { TensorTrainer } from "./tensor-trainer.ts";

/** A trainer, and the backend that it is on. */
export interface ChosenTrainer {
  readonly name: BackendName;
  readonly trainer: TensorTrainer;
  /** Resolves with the reason when its device is lost; never for one that cannot be lost (the CPU). */
  readonly lost: Promise<string>;
}
