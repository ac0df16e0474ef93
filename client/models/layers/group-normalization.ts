import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { normalize } from "../operations/normalize.ts";

export interface GroupNormalizationArgs {
  readonly name?: string;
  /** Groups of channels that are normalized together; they divide the channels. */
  readonly groups: number;
  /** ε, added to the variance. */
  readonly epsilon?: number;
}

/**
 * Group normalization (Wu and He 2018): of x [n, .., channels] each sample's groups of channels get mean 0 and variance 1, then
 * y = γ x̂ + β by channel. Does not depend on the other samples of a batch, so it needs no statistics.
 */
export class GroupNormalization extends tfl.layers.Layer {
  static readonly className = "CopseGroupNormalization";
  readonly groups: number;
  readonly epsilon: number;

  constructor({ groups, epsilon = 1e-5, ...rest }: GroupNormalizationArgs) {
    super({ ...rest });
    this.groups = groups;
    this.epsilon = epsilon;
  }

  override build(inputShape: tfl.Shape): void {
    const channels = inputShape.at(-1);
    if (channels == null || channels % this.groups !== 0)
      throw new RangeError(`layer ${this.name}: expected channels in ${this.groups} groups, got ${channels ?? "any number"}`);
    this.addWeight("gamma", [channels], "float32", tfl.initializers.ones());
    this.addWeight("beta", [channels], "float32", tfl.initializers.zeros());
    this.built = true;
  }

  override computeOutputShape(inputShape: tfl.Shape): tfl.Shape {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const [gamma, beta] = this.weights.map((weight) => weight.read() as tf.Tensor1D);
    const samples = x.shape[0]!;
    return normalize(x, gamma!, beta!, { samples, groups: this.groups, epsilon: this.epsilon, activation: "linear" });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const initializers = {
      gammaInitializer: { className: "Ones", config: {} },
      betaInitializer: { className: "Zeros", config: {} },
    };
    return { ...super.getConfig(), groups: this.groups, epsilon: this.epsilon, ...initializers };
  }
}

tf.serialization.registerClass(GroupNormalization);
