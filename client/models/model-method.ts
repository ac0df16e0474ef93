import type * as tfl from "@tensorflow/tfjs-layers";
import type { ArgumentsOf, ArgumentValues, Parameters } from "../../shared/compress/text/parameters.ts";

/** What a model has to know of its data. */
export interface ModelShape {
  /** The sides of one sample: [height, width, channels] of images, [columns] of a table, [length] of a sequence of tokens. */
  readonly input: readonly number[];
  /** Numbers that come out for a sample, or for a token: classes, the size of the vocabulary, 1 for a regression. */
  readonly outputs: number;
}

/** How a model is called, and what it is. */
interface Described {
  readonly name: string;
  readonly parameters: Parameters;
  /** A text that names the model. */
  readonly example: string;
  /** One short sentence in plain words. */
  readonly summary: string;
  readonly source: string;
  /** Numbers in any shape; images with height, width and channels; the numbers of tokens. */
  readonly takes: "any" | "images" | "tokens";
  /** Tokens that it sees at once, where that is no parameter. */
  readonly context?: number;
}

interface Built<A> {
  /**
   * The model, its weights not set yet. The code that builds it, and tfjs with it, is loaded by the first call.
   * @throws {RangeError} from the promise if it does not fit the shape, or the arguments do not fit together
   */
  build(given: A, shape: ModelShape): Promise<tfl.LayersModel>;
}

/** What a model's text can name. Needs no tfjs until it is built. */
export type ModelMethod = Described & Built<ArgumentValues>;

/** A model, `build` of which is given its arguments by the types of its parameters. */
export function defineModel<const P extends Parameters>(
  method: Described & { readonly parameters: P } & Built<ArgumentsOf<P>>,
): ModelMethod {
  return method as ModelMethod;
}
