import * as tf from "@tensorflow/tfjs-core";
import { type Activation, activate } from "./activation.ts";

export interface NormalizeOptions {
  /** The first axis of x in so many equal parts, each with moments of its own. */
  readonly samples: number;
  /** Equal groups of channels, each with moments of its own. */
  readonly groups: number;
  /** ε, added to the variance. */
  readonly epsilon: number;
  readonly activation: Activation;
}

/**
 * y = activation(γ (x − μ)/√(σ² + ε) + β): x [.., channels], γ and β [channels]; μ and σ² of each sample's groups of channels. Group
 * norm with x's first axis as samples, layer norm with each row as a sample, batch norm with one sample and as many groups as channels.
 */
export function normalize<T extends tf.Tensor>(x: T, gamma: tf.Tensor1D, beta: tf.Tensor1D, options: NormalizeOptions): T {
  const { samples, groups, epsilon, activation } = options;
  const channels = x.shape.at(-1)!;
  const positions = x.size / samples / channels;
  const grouped = tf.reshape(x, [samples, positions, groups, channels / groups]);
  const { mean, variance } = tf.moments(grouped, [1, 3], true);
  const standard = tf.mul(tf.sub(grouped, mean), tf.rsqrt(tf.add(variance, epsilon)));
  return activate(tf.add(tf.mul(tf.reshape(standard, x.shape), gamma), beta) as T, activation);
}
