import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { embed } from "../operations/embed.ts";
import { tiedLogits } from "../operations/tied-logits.ts";

export interface TiedEmbeddingArgs {
  readonly name?: string;
  readonly vocabulary: number;
  readonly width: number;
  /** Most tokens at once: each place has a vector of its own. */
  readonly context: number;
}

/** Standard deviation of the initial weights, as in GPT-2. */
const deviation = 0.02;

/**
 * A table of vectors for tokens that is read both ways (Press and Wolf 2017): of tokens [n, length] the sum of each one's vector and
 * that of its place [n, length, width]; of vectors [n, length, width] the logits h · tableᵀ [n, length, vocabulary].
 */
export class TiedEmbedding extends tfl.layers.Layer {
  static readonly className = "CopseTiedEmbedding";
  readonly vocabulary: number;
  readonly width: number;
  readonly context: number;

  constructor({ vocabulary, width, context, ...rest }: TiedEmbeddingArgs) {
    super({ ...rest });
    this.vocabulary = vocabulary;
    this.width = width;
    this.context = context;
  }

  override build(): void {
    const normal = tfl.initializers.randomNormal({ stddev: deviation });
    this.addWeight("tokens", [this.vocabulary, this.width], "float32", normal);
    this.addWeight("positions", [this.context, this.width], "float32", normal);
    this.built = true;
  }

  override computeOutputShape(inputShape: tfl.Shape): tfl.Shape {
    const [n, length] = inputShape;
    return [n!, length!, inputShape.length === 2 ? this.width : this.vocabulary];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const [tokens, positions] = this.weights.map((weight) => weight.read() as tf.Tensor2D);
    if (x.rank === 3) return tiedLogits(x as tf.Tensor3D, tokens!);
    const length = x.shape[1]!;
    if (length > this.context) throw new RangeError(`layer ${this.name}: expected at most ${this.context} tokens, got ${length}`);
    return embed(x as tf.Tensor2D, tokens!, positions!);
  }

  override getConfig(): tf.serialization.ConfigDict {
    const normal = { className: "RandomNormal", config: { mean: 0, stddev: deviation } };
    const { vocabulary, width, context } = this;
    const initializers = { tokensInitializer: normal, positionsInitializer: normal };
    return { ...super.getConfig(), vocabulary, width, context, ...initializers };
  }
}

tf.serialization.registerClass(TiedEmbedding);
