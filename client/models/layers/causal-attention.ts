import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { causalAttention } from "../operations/causal-attention.ts";

export interface CausalAttentionArgs {
  readonly name?: string;
  /** Heads that share the width. */
  readonly heads: number;
}

/**
 * Self-attention in which a token sees itself and those before it (Vaswani et al. 2017): of queries, keys and values
 * [n, tokens, 3 · width], side by side, softmax(QKᵀ/√(width/heads)) V [n, tokens, width], each head on its own part of the width.
 * Without weights of its own: dense layers around it have them.
 */
export class CausalAttention extends tfl.layers.Layer {
  static readonly className = "CopseCausalAttention";
  readonly heads: number;

  constructor({ heads, ...rest }: CausalAttentionArgs) {
    super({ ...rest });
    this.heads = heads;
  }

  override computeOutputShape(inputShape: tfl.Shape): tfl.Shape {
    const width = (inputShape.at(-1) ?? 0) / 3;
    if (!Number.isInteger(width) || width % this.heads !== 0)
      throw new RangeError(
        `layer ${this.name}: expected queries, keys and values of ${this.heads} heads, got ${inputShape.at(-1)}`,
      );
    return [...inputShape.slice(0, -1), width];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return causalAttention((Array.isArray(inputs) ? inputs[0]! : inputs) as tf.Tensor3D, this.heads);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), heads: this.heads };
  }
}

tf.serialization.registerClass(CausalAttention);
