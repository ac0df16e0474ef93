import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "../../tfjs/differentiable.ts";
import { hasKernel, runKernel } from "../../tfjs/kernels/own-kernels.ts";
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

/** Is told μ and σ² [samples, groups] while they are there. */
export type OnMoments = (means: tf.Tensor2D, variances: tf.Tensor2D) => void;

/**
 * y = activation(γ (x − μ)/√(σ² + ε) + β): x [.., channels], γ and β [channels]; μ and σ² of each sample's groups of channels. Group
 * norm with x's first axis as samples, layer norm with each row as a sample, batch norm with one sample and as many groups as channels.
 */
export function normalize<T extends tf.Tensor>(
  x: T,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  options: NormalizeOptions,
  onMoments: OnMoments = () => {},
): T {
  const { samples, groups, epsilon, activation } = options;
  if (!hasKernel("CopseNormalize")) return composed(x, gamma, beta, options, onMoments);
  const attrs = { samples, groups, epsilon, isReLU: activation === "relu" };
  return differentiable<T>([x, gamma, beta], () => {
    const [y, means, variances] = runKernel<[T, tf.Tensor2D, tf.Tensor2D]>("CopseNormalize", { x, gamma, beta }, attrs);
    onMoments(means, variances);
    return {
      value: y,
      saved: [x, y, gamma, means, variances],
      gradient: (dy, [x, y, gamma, means, variances]) => {
        const inputs = { x: x!, dy, y: y!, gamma: gamma!, means: means!, variances: variances! };
        return runKernel<tf.Tensor[]>("CopseNormalizeGradient", inputs, attrs);
      },
    };
  });
}

/** The same by operations of tfjs. */
function composed<T extends tf.Tensor>(
  x: T,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  { samples, groups, epsilon, activation }: NormalizeOptions,
  onMoments: OnMoments,
): T {
  const channels = x.shape.at(-1)!;
  const positions = x.size / samples / channels;
  const grouped = tf.reshape(x, [samples, positions, groups, channels / groups]);
  const { mean, variance } = tf.moments(grouped, [1, 3], true);
  onMoments(tf.reshape(mean, [samples, groups]), tf.reshape(variance, [samples, groups]));
  const standard = tf.mul(tf.sub(grouped, mean), tf.rsqrt(tf.add(variance, epsilon)));
  return activate(tf.add(tf.mul(tf.reshape(standard, x.shape), gamma), beta) as T, activation);
}
