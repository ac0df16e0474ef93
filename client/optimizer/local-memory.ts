import * as tf from "@tensorflow/tfjs-core";
import type { LocalOptimizer, LocalRule, LocalTensor } from "./local-optimizer.ts";

/** What was remembered at the end of a round. */
interface Remembered {
  readonly round: number;
  /** Steps since the beginning. */
  readonly count: number;
  readonly slots: readonly (readonly tf.Tensor[])[];
}

/** A round that is repeated starts where it started before: from the end of the round before. */
const roundsKept = 2;

/**
 * What a local optimizer remembers of a model's tensors, on the backend where they are. It is the peer's own, and goes on whether its updates
 * counted or not; a peer that is started anew begins with nothing. Memory: twice its slots.
 */
export class LocalMemory {
  readonly #rules: readonly LocalRule[];
  readonly #shapes: readonly (readonly number[])[];
  #kept: readonly Remembered[] = [];
  /** What the round in progress has come to; null between rounds. */
  #now: Remembered | null = null;

  constructor(optimizer: LocalOptimizer, tensors: readonly LocalTensor[]) {
    this.#rules = tensors.map(optimizer);
    this.#shapes = tensors.map(({ shape }) => shape);
  }

  /** Goes back to where this round starts. What a round that was not ended had remembered is dropped. */
  begin(round: number): void {
    this.#drop(this.#now);
    for (const later of this.#kept.filter((one) => one.round >= round)) this.#drop(later);
    this.#kept = this.#kept.filter((one) => one.round < round);
    const last = this.#kept.at(-1);
    const slots = this.#rules.map((rule, i) =>
      Array.from({ length: rule.slots }, (_, slot) => {
        return last === undefined ? tf.zeros([...this.#shapes[i]!]) : tf.clone(last.slots[i]![slot]!);
      }),
    );
    this.#now = { round, count: last?.count ?? 0, slots };
  }

  /** What one step subtracts from each tensor. Runs inside a tidy. @throws {Error} before `begin` */
  step(gradients: readonly tf.Tensor[], values: readonly tf.Tensor[], rate: number): readonly tf.Tensor[] {
    const now = this.#now;
    if (now === null) throw new Error("expected a round that has begun, got none");
    const count = now.count + 1;
    const results = this.#rules.map((rule, i) =>
      rule.step({ gradient: gradients[i]!, value: values[i]!, slots: now.slots[i]!, count, rate }),
    );
    // A slot may be the gradient itself, which others dispose of.
    const slots = results.map((result) => result.slots.map((slot) => tf.keep(tf.clone(slot))));
    this.#drop(now);
    this.#now = { round: now.round, count, slots };
    return results.map(({ step }) => step);
  }

  /** Remembers the round in progress. */
  end(): void {
    if (this.#now === null) return;
    this.#kept = [...this.#kept, this.#now];
    this.#now = null;
    for (const old of this.#kept.slice(0, -roundsKept)) this.#drop(old);
    this.#kept = this.#kept.slice(-roundsKept);
  }

  dispose(): void {
    for (const one of [...this.#kept, this.#now]) this.#drop(one);
    this.#kept = [];
    this.#now = null;
  }

  #drop(one: Remembered | null): void {
    if (one !== null) tf.dispose(one.slots.flat());
  }
}
