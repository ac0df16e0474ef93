import type { Trainer } from "../../shared/run/trainer.ts";
import type { Delta } from "../../shared/vector/device-vector.ts";

/** A trainer on some device. */
export interface PlacedTrainer {
  readonly trainer: Trainer<Delta>;
  /** Resolves with the reason when the device is lost; never for one that cannot be lost (the CPU). */
  readonly lost: Promise<string>;
}

/**
 * A trainer that outlives its device: a call that fails because the device was lost is repeated by a new trainer, from the
 * parameters that were loaded last. It keeps the first trainer's scheme, which must survive the loss: see `failoverScheme`.
 * @param rebuild a trainer of the same layout and samples on another device; called after the lost one's trainer was disposed of
 */
export function failoverTrainer(first: PlacedTrainer, rebuild: (reason: string) => Promise<PlacedTrainer>): Trainer<Delta> {
  const { layout, samples, classes, scheme } = first.trainer;
  let current = first.trainer;
  /** Why the current trainer's device is lost; null while it is there. */
  let reason: string | null = null;
  let rebuilding: Promise<void> | null = null;
  let isDisposed = false;
  /** A copy for each load: one that waits for its turn must not be given what was loaded after it. */
  let loaded = new Float32Array(layout.length);

  const watch = (placed: PlacedTrainer): void => {
    current = placed.trainer;
    reason = null;
    void placed.lost.then((why) => {
      if (current === placed.trainer) reason = why;
    });
  };
  const replace = async (why: string): Promise<void> => {
    current.dispose();
    const placed = await rebuild(why);
    watch(placed);
    if (isDisposed) return placed.trainer.dispose();
    await placed.trainer.load(loaded);
  };
  /** Replaces the trainer if its device is lost; false if the device is there. */
  const mend = async (): Promise<boolean> => {
    // The loss is reported in a task of its own, which may come after the failure that it causes.
    await new Promise((resolve) => setTimeout(resolve));
    if (reason === null || isDisposed) return false;
    rebuilding ??= replace(reason).finally(() => {
      rebuilding = null;
    });
    await rebuilding;
    return true;
  };
  const withFailover = async <T>(task: (trainer: Trainer<Delta>) => Promise<T>): Promise<T> => {
    if (rebuilding !== null || reason !== null) await mend();
    try {
      return await task(current);
    } catch (error) {
      if (await mend()) return withFailover(task);
      throw error;
    }
  };

  watch(first);
  return {
    layout,
    samples,
    ...(classes === undefined ? {} : { classes }),
    ...(scheme === undefined ? {} : { scheme }),
    load(parameters) {
      const own = parameters.slice();
      loaded = own;
      return withFailover((trainer) => trainer.load(own));
    },
    localUpdate: (options) => withFailover((trainer) => trainer.localUpdate(options)),
    gradientAt(parameters, batch, round) {
      const own = parameters.slice();
      loaded = own;
      return withFailover((trainer) => trainer.gradientAt(own, batch, round));
    },
    evaluate: (slice) => withFailover((trainer) => trainer.evaluate(slice)),
    dispose() {
      isDisposed = true;
      current.dispose();
    },
  };
}
