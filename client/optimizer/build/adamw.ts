import * as tf from "@tensorflow/tfjs-core";
import type { LocalOptimizer, LocalRule } from "../local-optimizer.ts";

/** β₁, β₂ and ε of Adam. */
export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** λ, and which tensors do not decay. */
export interface DecayOptions {
  readonly decay: number;
  readonly skip: readonly string[];
}

/** AdamW (Loshchilov, Hutter 2019): Adam's step, and γλx beside it. O(size). */
export function adamw({ beta1, beta2, epsilon, ...decay }: AdamOptions & DecayOptions): LocalOptimizer {
  const rule: LocalRule = {
    slots: 2,
    step({ gradient, slots: [mean, square], count, rate }) {
      const m = tf.add(tf.mul(mean!, beta1), tf.mul(gradient, 1 - beta1));
      const v = tf.add(tf.mul(square!, beta2), tf.mul(tf.square(gradient), 1 - beta2));
      const deviation = tf.sqrt(tf.div(v, 1 - beta2 ** count));
      return { step: tf.div(tf.mul(m, rate / (1 - beta1 ** count)), tf.add(deviation, epsilon)), slots: [m, v] };
    },
  };
  return ({ name }) => decaying(rule, name, decay);
}

/** The rule with γλx added to each step, unless the tensor is one that does not decay. */
export function decaying(rule: LocalRule, tensor: string, { decay, skip }: DecayOptions): LocalRule {
  if (decay === 0 || contains(tensor, skip)) return rule;
  return {
    slots: rule.slots,
    step(from) {
      const { step, slots } = rule.step(from);
      return { step: tf.add(step, tf.mul(from.value, from.rate * decay)), slots };
    },
  };
}

/** Whether a tensor's name contains one of the words. */
export function contains(tensor: string, words: readonly string[]): boolean {
  return words.some((word) => tensor.toLowerCase().includes(word));
}
