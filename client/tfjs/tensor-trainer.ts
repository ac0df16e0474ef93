import * as tf from "@tensorflow/tfjs-core";
import type { Layout } from "../../shared/base/layout.ts";
import { seeded } from "../../shared/base/random.ts";
import type { RunConfig } from "../../shared/run/config.ts";
import type { Batch, Evaluation, LocalOptions, LocalUpdate, Trainer } from "../../shared/run/trainer.ts";
import type { Delta } from "../../shared/vector/device-vector.ts";
import type { DataSet } from "../data/data-set.ts";
import { crossEntropy } from "../tasks/cross-entropy.ts";
import { forward } from "../tasks/forward.ts";
import { modelLayout } from "../tasks/model-layout.ts";
import { createBatchSampler } from "./batch-sampler.ts";
import { flatten, readBack, toTensors } from "./flat-parameters.ts";
import { currentBackend, onBackend, type TurnOptions } from "./on-backend.ts";
import { createPause } from "./pause.ts";
import { sumLosses } from "./sum-losses.ts";
import { TrainingError } from "./training-error.ts";
import { uploadBatch } from "./upload-batch.ts";

/** Steps queued on a GPU before the loop waits for it: enough to keep it busy, few enough to stop soon. */
const stepsInFlight = 16;

/** Held-out samples tested at once: bounds the memory of a convolution's activations. */
const evaluationChunk = 500;

/** The fields of the configuration that a trainer reads. */
export type TrainerConfig = Pick<RunConfig, "model" | "hidden" | "seed">;

/** The point to which local steps are drawn back, and the part of the distance that a step goes: γμ. */
interface Anchor {
  readonly at: readonly tf.Tensor[];
  readonly pull: number;
}

/**
 * Trains with tfjs, on the backend that was current when the trainer was made: see `onBackend`. Calls run one after the other, in
 * order of arrival. Every tensor it makes is disposed of by `dispose`.
 */
export class TensorTrainer implements Trainer {
  readonly layout: Layout;
  readonly samples: number;
  readonly #config: TrainerConfig;
  readonly #data: DataSet;
  readonly #seat: number;
  readonly #backend = currentBackend();
  readonly #pause = createPause();
  #parameters: tf.Tensor[];
  #last: Promise<unknown> = Promise.resolve();
  #disposed = false;
  readonly #turn: TurnOptions | undefined;

  /** @param turn the limit of each of its tasks; none if left out */
  constructor(config: TrainerConfig, data: DataSet, seat: number, turn?: TurnOptions) {
    this.layout = modelLayout(config, data);
    this.samples = data.train.labels.length;
    if (this.samples === 0) throw new TrainingError("expected at least one training sample, got none");
    this.#config = config;
    this.#data = data;
    this.#seat = seat;
    this.#turn = turn;
    this.#parameters = toTensors(new Float32Array(this.layout.length), this.layout);
  }

  load(parameters: Float32Array): Promise<void> {
    return this.#inTurn(async () => this.#set(toTensors(parameters, this.layout)));
  }

  /** @throws {TrainingError} if the update or the loss is not finite */
  localUpdate(options: LocalOptions): Promise<LocalUpdate> {
    return this.update(options, (delta) => readBack(delta, this.layout, "update"));
  }

  /** `localUpdate` with Δ in the form that `take` gives it. `take` disposes of the tensor. */
  update<X extends Delta>(options: LocalOptions, take: (delta: tf.Tensor1D) => Promise<X>): Promise<LocalUpdate<X>> {
    return this.#inTurn(async () => {
      const { round, steps, batch, rate, proximal = 0 } = options;
      const draw = createBatchSampler(this.samples, batch, seeded(this.#config.seed, "batch", this.#seat, round));
      const start = flatten(this.#parameters);
      const anchor =
        proximal > 0 ? { at: this.#parameters.map((parameter) => tf.clone(parameter)), pull: rate * proximal } : null;
      let loss = tf.scalar(0);
      let samples = 0;
      try {
        for (let step = 1; step <= steps; step += 1) {
          const indices = draw();
          samples += indices.length;
          loss = this.#descend(indices, rate, loss, anchor);
          if (step % stepsInFlight === 0) await loss.data();
          await this.#giveWay();
        }
        const delta = await take(this.#differenceFrom(start));
        return { delta, samples, loss: finiteLoss((await loss.data())[0]! / steps) };
      } finally {
        tf.dispose([start, loss, ...(anchor?.at ?? [])]);
      }
    });
  }

  /** @throws {TrainingError} if the gradient or the loss is not finite */
  gradientAt(parameters: Float32Array, batch: Batch): Promise<{ loss: number; gradient: Float32Array }> {
    return this.#inTurn(async () => {
      this.#set(toTensors(parameters, this.layout));
      const [loss, flat] = tf.tidy(() => {
        const { value, grads } = this.#differentiate(batch, 1);
        return [value, flatten(grads)] as [tf.Scalar, tf.Tensor1D];
      });
      try {
        const gradient = await readBack(flat, this.layout, "gradient");
        return { loss: finiteLoss((await loss.data())[0]!), gradient };
      } finally {
        loss.dispose();
      }
    });
  }

  evaluate({ part, of }: { readonly part: number; readonly of: number }): Promise<Evaluation> {
    return this.#inTurn(async () => {
      const { images, labels } = this.#data.test;
      const pixels = images.length / labels.length;
      const end = Math.floor(((part + 1) * labels.length) / of);
      let total = { loss: 0, correct: 0, count: 0 };
      for (let from = Math.floor((part * labels.length) / of); from < end; from += evaluationChunk) {
        const to = Math.min(end, from + evaluationChunk);
        const logits = tf.tidy(() =>
          this.#forward(this.#parameters, tf.tensor2d(images.subarray(from * pixels, to * pixels), [to - from, pixels])),
        );
        const { loss, correct } = sumLosses(await logits.data<"float32">(), labels.subarray(from, to), this.#data.classes);
        logits.dispose();
        total = { loss: total.loss + loss, correct: total.correct + correct, count: total.count + to - from };
        await this.#giveWay();
      }
      return { sums: [total.loss, total.correct], count: total.count };
    });
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    tf.dispose(this.#parameters);
    this.#pause.close();
  }

  /**
   * One step of SGD, x ← x − γ∇f(x), and with an anchor − γμ(x − x_start), x being that before the step; returns the running sum
   * of losses and disposes of the one before.
   */
  #descend(batch: Batch, rate: number, lossSoFar: tf.Scalar, anchor: Anchor | null): tf.Scalar {
    const [loss, ...next] = tf.tidy(() => {
      const { value, grads } = this.#differentiate(batch, rate);
      const stepped = this.#parameters.map((parameter, i) => {
        const descended = tf.sub(parameter, grads[i]!);
        return anchor === null ? descended : tf.sub(descended, tf.mul(tf.sub(parameter, anchor.at[i]!), anchor.pull));
      });
      return [tf.add(lossSoFar, value), ...stepped] as [tf.Scalar, ...tf.Tensor[]];
    });
    lossSoFar.dispose();
    this.#set(next);
    return loss;
  }

  /** Mean loss over the batch at the current parameters, and `scale` times its gradient, tensor by tensor. */
  #differentiate(batch: Batch, scale: number): { value: tf.Scalar; grads: tf.Tensor[] } {
    const { images, targets } = uploadBatch(this.#data.train, this.#data.classes, batch);
    const loss = (...parameters: tf.Tensor[]) => crossEntropy(this.#forward(parameters, images), targets);
    return tf.valueAndGrads(loss)(this.#parameters, tf.scalar(scale));
  }

  #forward(parameters: readonly tf.Tensor[], images: tf.Tensor2D): tf.Tensor2D {
    return forward(this.#config.model, this.#data, parameters, images);
  }

  #differenceFrom(start: tf.Tensor1D): tf.Tensor1D {
    return tf.tidy(() => tf.sub<tf.Tensor1D>(start, flatten(this.#parameters)));
  }

  #set(parameters: tf.Tensor[]): void {
    tf.dispose(this.#parameters);
    this.#parameters = parameters;
  }

  async #giveWay(): Promise<void> {
    await this.#pause.wait();
    this.#refuseDisposed();
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(() =>
      onBackend(
        this.#backend,
        () => {
          this.#refuseDisposed();
          return task();
        },
        this.#turn,
      ),
    );
    this.#last = result.catch(() => {});
    return result;
  }

  #refuseDisposed(): void {
    if (this.#disposed) throw new TrainingError("expected a live trainer, got one that was disposed of");
  }
}

function finiteLoss(loss: number): number {
  if (!Number.isFinite(loss))
    throw new TrainingError(`expected a finite training loss, got ${loss}: the step size may be too large`);
  return loss;
}
