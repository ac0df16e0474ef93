import * as tf from "@tensorflow/tfjs-core";
import type { Layout } from "../../shared/base/layout.ts";
import { seeded } from "../../shared/base/random.ts";
import { localBatches } from "../../shared/run/batch-sampler.ts";
import type { RunConfig } from "../../shared/run/config.ts";
import { confusedClasses } from "../../shared/run/confusion.ts";
import type { Batch, Evaluation, LocalOptions, LocalUpdate, Slice, Trainer } from "../../shared/run/trainer.ts";
import type { Delta } from "../../shared/vector/device-vector.ts";
import type { TrainableModel } from "../models/trainable-model.ts";
import type { LocalMemory } from "../optimizer/local-memory.ts";
import type { TaskData } from "../tasks/task-data.ts";
import { flatten, readBack } from "./flat-parameters.ts";
import { type Descended, differentiate, LocalDescent } from "./local-descent.ts";
import { currentBackend, onBackend, type TurnOptions } from "./on-backend.ts";
import { createPause } from "./pause.ts";
import { TrainingError } from "./training-error.ts";
import { uploadBatch } from "./upload-batch.ts";

/** Steps queued on a GPU before the loop waits for it: enough to keep it busy, few enough to stop soon. */
const stepsInFlight = 16;

/** Held-out samples tested at once: bounds the memory of a convolution's activations. */
const evaluationChunk = 500;
/** Outputs read back at once, in floats, at most: bounds the memory of a language model's. */
const maxOutputs = 4_194_304;

/** The fields of the configuration that a trainer reads. */
export type TrainerConfig = Pick<RunConfig, "seed">;

/** How a trainer works. */
interface TrainerOptions {
  /** What its local optimizer remembers, which it disposes of; plain steps if null or left out. */
  readonly memory?: LocalMemory | null;
  /** The limit of each of its tasks; none if left out. */
  readonly turn?: TurnOptions | undefined;
}

/**
 * Trains a layers model with tfjs, on the backend that was current when the trainer was made: see `onBackend`. Calls run one after the
 * other, in order of arrival. Every tensor it makes is disposed of by `dispose`, the model's with them.
 */
export class TensorTrainer implements Trainer {
  readonly layout: Layout;
  readonly samples: number;
  readonly classes?: number;
  readonly #seed: number;
  readonly #data: TaskData;
  readonly #model: TrainableModel;
  readonly #seat: number;
  readonly #backend = currentBackend();
  readonly #pause = createPause();
  /** The task's statistics as loaded: all zero before the first round. */
  #statistics: Float32Array;
  #last: Promise<unknown> = Promise.resolve();
  #disposed = false;
  readonly #memory: LocalMemory | null;
  readonly #turn: TurnOptions | undefined;

  constructor(
    { seed }: TrainerConfig,
    model: TrainableModel,
    data: TaskData,
    seat: number,
    { memory = null, turn }: TrainerOptions = {},
  ) {
    this.layout = model.layout;
    this.samples = data.train.count;
    if (this.samples === 0) throw new TrainingError("expected at least one training sample, got none");
    this.#seed = seed;
    this.#data = data;
    this.#model = model;
    this.#seat = seat;
    this.#memory = memory;
    this.#turn = turn;
    this.#statistics = new Float32Array(data.statistics);
    const classes = confusedClasses(data.task.name, data.shape.outputs);
    if (classes !== undefined) this.classes = classes;
  }

  load(parameters: Float32Array): Promise<void> {
    return this.#inTurn(async () => this.#load(parameters));
  }

  /** @throws {TrainingError} if the update or the loss is not finite */
  localUpdate(options: LocalOptions): Promise<LocalUpdate> {
    return this.update(options, (delta) => readBack(delta, this.layout, "update"));
  }

  /** `localUpdate` with Δ in the form that `take` gives it. `take` disposes of the tensor. */
  update<X extends Delta>(options: LocalOptions, take: (delta: tf.Tensor1D) => Promise<X>): Promise<LocalUpdate<X>> {
    return this.#inTurn(async () => {
      const { round, steps, batch, rate, proximal = 0 } = options;
      const draw = localBatches({ seed: this.#seed, seat: this.#seat, round, samples: this.samples, batch });
      const augment = seeded(this.#seed, "augment", this.#seat, round);
      const { trainable } = this.#model;
      const start = flatten(trainable);
      this.#memory?.begin(round);
      const descent = new LocalDescent(this.#descended, { rate, proximal });
      let samples = 0;
      try {
        for (let step = 1; step <= steps; step += 1) {
          const indices = draw();
          samples += indices.length;
          const gathered = this.#data.train.gather(indices, { statistics: this.#scale(), rng: augment });
          this.#model.noise.begin(seeded(this.#seed, "noise", this.#seat, round, step));
          descent.step(uploadBatch(gathered, this.#data.shape, indices.length));
          if (step % stepsInFlight === 0) await descent.loss();
          await this.#giveWay();
        }
        const delta = await take(tf.tidy(() => tf.sub<tf.Tensor1D>(start, flatten(trainable))));
        const statistics = await this.#ownStatistics();
        const mean = finiteLoss((await descent.loss()) / steps);
        this.#memory?.end();
        return { delta, samples, loss: mean, ...(statistics === null ? {} : { statistics }) };
      } finally {
        start.dispose();
        descent.dispose();
      }
    });
  }

  /** @throws {TrainingError} if the gradient or the loss is not finite */
  gradientAt(parameters: Float32Array, batch: Batch, round?: number): Promise<{ loss: number; gradient: Float32Array }> {
    return this.#inTurn(async () => {
      this.#load(parameters);
      const [seed, seat] = [this.#seed, this.#seat];
      const rng = round === undefined ? {} : { rng: seeded(seed, "augment", seat, round) };
      const gathered = this.#data.train.gather(batch, { statistics: this.#scale(), ...rng });
      const { inputs, targets } = uploadBatch(gathered, this.#data.shape, batch.length);
      this.#model.noise.begin(
        round === undefined
          ? seeded(seed, "noise", seat, "gradient", ...batch.subarray(0, 8))
          : seeded(seed, "noise", seat, round, 1),
      );
      const [loss, flat] = tf.tidy(() => {
        const { value, grads } = differentiate(this.#descended, { inputs, targets }, 1);
        return [value, flatten(grads)] as [tf.Scalar, tf.Tensor1D];
      });
      tf.dispose([inputs, targets]);
      try {
        const gradient = await readBack(flat, this.layout, "gradient");
        return { loss: finiteLoss((await loss.data())[0]!), gradient };
      } finally {
        loss.dispose();
      }
    });
  }

  evaluate({ part, of, isBrief }: Slice): Promise<Evaluation> {
    return this.#inTurn(async () => {
      const { task, test, shape, isTestShared } = this.#data;
      const [slice, slices] = isTestShared ? [part, of] : [0, 1];
      const begin = Math.floor((slice * test.count) / slices);
      const whole = Math.floor(((slice + 1) * test.count) / slices);
      const end = isBrief === true && task.briefly !== undefined ? Math.min(whole, begin + task.briefly) : whole;
      let total: Evaluation = { sums: [0, 0], count: 0 };
      // A model of tokens has its outputs at each of them.
      const outputsEach = shape.outputs * Math.max(1, ...shape.input);
      const chunk = Math.max(1, Math.min(evaluationChunk, Math.floor(maxOutputs / outputsEach)));
      for (let from = begin; from < end; from += chunk) {
        const to = Math.min(end, from + chunk);
        const statistics = this.#scale();
        const gathered = test.gather(
          Uint32Array.from({ length: to - from }, (_, i) => from + i),
          { statistics },
        );
        const outputs = tf.tidy(() => this.#model.forward(uploadBatch(gathered, shape, to - from).inputs, false));
        const read = Float32Array.from(await outputs.data<"float32">());
        outputs.dispose();
        const { sums, count } = task.measure({ outputs: read, targets: gathered.targets, statistics });
        total = { sums: sums.map((sum, i) => (total.sums[i] ?? 0) + sum), count: total.count + count };
        await this.#giveWay();
      }
      return total;
    });
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#model.dispose();
    this.#memory?.dispose();
    this.#pause.close();
  }

  #load(parameters: Float32Array): void {
    this.#model.assign(parameters);
    this.#statistics = parameters.slice(parameters.length - this.#data.statistics);
  }

  /** The statistics by which samples are scaled: the members', and before there are any this peer's own. */
  #scale(): Float32Array {
    return this.#statistics.some((value) => value !== 0) ? this.#statistics : this.#data.train.statistics;
  }

  /** What this peer adds to the mean of all statistics: the model's after its steps, and its samples'; null where there are none. */
  async #ownStatistics(): Promise<Float32Array | null> {
    const length = this.layout.statistics ?? 0;
    if (length === 0) return null;
    const own = this.#data.train.statistics;
    const statistics = new Float32Array(length);
    if (length > own.length) statistics.set(await readBack(flatten(this.#model.statistics), this.layout, "statistic"));
    statistics.set(own, length - own.length);
    return statistics;
  }

  get #descended(): Descended {
    return { model: this.#model, task: this.#data.task, memory: this.#memory };
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
