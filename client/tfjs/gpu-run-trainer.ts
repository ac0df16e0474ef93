import { searchOf } from "../../shared/compress/aggregated.ts";
import type { RunConfig } from "../../shared/run/config.ts";
import type { Trainer } from "../../shared/run/trainer.ts";
import type { Delta } from "../../shared/vector/device-vector.ts";
import { realClock } from "../base/real-clock.ts";
import { failoverScheme } from "../gpu/failover-scheme.ts";
import { placeSelection, type SelectionPlace } from "../gpu/place-selection.ts";
import type { ClientReport } from "../peer/client-report.ts";
import type { BackendCandidate } from "./choose-backend.ts";
import type { ChosenTrainer } from "./chosen-trainer.ts";
import { failoverTrainer, type PlacedTrainer } from "./failover-trainer.ts";
import { gpuTrainer, webgpuDevice } from "./gpu-trainer.ts";
import { dropWebgpu } from "./lost-device.ts";
import type { BackendName } from "./on-backend.ts";

/** Losses after which a GPU is not tried again. */
const maxLosses = 3;

export interface GpuRunOptions {
  readonly backends: readonly BackendCandidate[];
  /** Where the largest entries of an update are selected on WebGPU; null: wherever it is faster. */
  readonly selection: SelectionPlace | null;
  report(report: ClientReport): void;
  /** A trainer on the best of the backends. */
  place(candidates: readonly BackendCandidate[]): Promise<ChosenTrainer>;
}

/** A trainer that begins on WebGPU, perhaps with its updates there, and after the loss of the GPU goes on on the best that is left. */
export async function createGpuRunTrainer(
  config: RunConfig,
  first: ChosenTrainer,
  { backends, selection, report, place }: GpuRunOptions,
): Promise<Trainer<Delta>> {
  const { trainer, isHeld } = await heldIfFaster(config, first, { selection, report });
  let losses = 0;
  const rebuild = async (reason: string): Promise<PlacedTrainer> => {
    losses += 1;
    dropWebgpu();
    const next = await place(losses < maxLosses ? backends : backends.filter(({ name }) => name !== "webgpu"));
    report({ type: "notice", text: lossInWords(reason, next.name, isHeld && losses === 1) });
    if (isHeld)
      report({
        type: "selection",
        place: "cpu",
        sentence: "The largest entries are found on the CPU: the GPU was lost.",
        bytesRead: 0,
      });
    return next;
  };
  return failoverTrainer({ trainer, lost: first.lost }, rebuild);
}

/** The trainer given, or one whose updates stay on the GPU if their largest entries are selected there. */
async function heldIfFaster(
  { scheme: text, aggregate, clip }: RunConfig,
  { trainer, lost }: Pick<ChosenTrainer, "trainer" | "lost">,
  { selection, report }: Pick<GpuRunOptions, "selection" | "report">,
): Promise<{ readonly trainer: Trainer<Delta>; readonly isHeld: boolean }> {
  const { layout } = trainer;
  const { held, sentence } = await placeSelection(webgpuDevice(), {
    scheme: text,
    layout,
    clips: clip > 0,
    sharesSupport: searchOf(aggregate) !== undefined,
    wanted: selection,
    clock: realClock,
  });
  const alreadyRead = held?.memory.bytesRead ?? 0;
  const tell = (): void => {
    const bytesRead = (held?.memory.bytesRead ?? 0) - alreadyRead;
    report({ type: "selection", place: held === null ? "cpu" : "device", sentence, bytesRead });
  };
  tell();
  if (held === null) return { trainer, isHeld: false };
  let isLost = false;
  void lost.then(() => {
    isLost = true;
  });
  const scheme = failoverScheme(text, layout, held.scheme, () => isLost);
  return { trainer: gpuTrainer(trainer, { ...held, scheme }, tell), isHeld: true };
}

function lossInWords(reason: string, next: BackendName, hadMemory: boolean): string {
  const onward = `The GPU was lost (${reason.slice(0, 200)}): training goes on on ${next}, from the model as committed.`;
  return hadMemory ? `${onward} What this peer had not sent yet was kept there and is gone.` : onward;
}
