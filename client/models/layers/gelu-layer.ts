import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { gelu } from "../operations/gelu.ts";

/** GELU by tanh, as in GPT-2. tfjs 4.22 has it as the activation `gelu_new`, which a saved model cannot be loaded with. */
export class GeluLayer extends tfl.layers.Layer {
  static readonly className = "CopseGelu";

  override computeOutputShape(inputShape: tfl.Shape): tfl.Shape {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return gelu(Array.isArray(inputs) ? inputs[0]! : inputs);
  }
}

tf.serialization.registerClass(GeluLayer);
