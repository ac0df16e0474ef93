import * as tf from "@tensorflow/tfjs-core";
import type { TrainableModel } from "../models/trainable-model.ts";
import type { LocalMemory } from "../optimizer/local-memory.ts";
import type { Task } from "../tasks/task.ts";
import type { BatchTensors } from "./upload-batch.ts";

/** A model, what it is to learn, and what its local optimizer remembers; null: plain steps. */
export interface Descended {
  readonly model: TrainableModel;
  readonly task: Task;
  readonly memory: LocalMemory | null;
}

/** γ, and μ of FedProx. */
export interface StepSizes {
  readonly rate: number;
  readonly proximal: number;
}

/**
 * The local steps of one round: each descends f(x) + (μ/2)‖x − x_start‖², x_start being where it begins. Plain: x ← x − γ(∇f(x) +
 * μ(x − x_start)).
 */
export class LocalDescent {
  readonly #descended: Descended;
  readonly #sizes: StepSizes;
  /** x_start; null without a proximal term. */
  readonly #start: readonly tf.Tensor[] | null;
  #loss: tf.Scalar = tf.scalar(0);

  constructor(descended: Descended, sizes: StepSizes) {
    this.#descended = descended;
    this.#sizes = sizes;
    this.#start = sizes.proximal > 0 ? descended.model.trainable.map((variable) => tf.clone(variable)) : null;
  }

  /** Takes a step, and disposes of the batch. */
  step(batch: BatchTensors): void {
    const { model, memory } = this.#descended;
    const { trainable } = model;
    const { rate, proximal } = this.#sizes;
    const before = this.#loss;
    this.#loss = tf.tidy(() => {
      // Plain steps are gradients already: scaling the loss costs nothing.
      const scale = memory === null ? rate : 1;
      const { value, grads } = differentiate(this.#descended, batch, scale);
      const pulled =
        this.#start === null
          ? grads
          : grads.map((gradient, i) => tf.add(gradient, tf.mul(tf.sub(trainable[i]!, this.#start![i]!), scale * proximal)));
      const steps = memory === null ? pulled : memory.step(pulled, trainable, rate);
      const stepped = trainable.map((variable, i) => tf.sub(variable, steps[i]!));
      for (const [i, variable] of trainable.entries()) variable.assign(stepped[i]!);
      return tf.add<tf.Scalar>(before, value);
    });
    tf.dispose([before, batch.inputs, batch.targets]);
  }

  /** The sum of the losses so far, each before its step; it is there once the device has taken the steps. */
  async loss(): Promise<number> {
    return (await this.#loss.data())[0]!;
  }

  dispose(): void {
    tf.dispose([this.#loss, ...(this.#start ?? [])]);
  }
}

/** Mean loss over the batch at the current parameters, and `scale` times its gradient, tensor by tensor. */
export function differentiate(
  { model, task }: Pick<Descended, "model" | "task">,
  { inputs, targets }: BatchTensors,
  scale: number,
): { readonly value: tf.Scalar; readonly grads: tf.Tensor[] } {
  const { forward, penalty } = model;
  const loss = (): tf.Scalar => {
    const ofTask = task.loss(forward(inputs, true), targets);
    return penalty === null ? ofTask : tf.add(ofTask, penalty());
  };
  return tf.valueAndGrads(loss)([...model.trainable], tf.scalar(scale));
}
