import type * as tfl from "@tensorflow/tfjs-layers";
import { oneOf } from "../../shared/compress/text/one-of.ts";
import type { ModelMethod, ModelShape } from "./model-method.ts";
import { models } from "./registry.ts";

/** A model that a text names. */
export interface NamedModel extends Pick<ModelMethod, "name" | "takes"> {
  /** Tokens that it sees at once; null: it takes no tokens. */
  readonly context: number | null;
  /** Its weights are not set yet. @throws {RangeError} from the promise if it does not fit the shape */
  build(shape: ModelShape): Promise<tfl.LayersModel>;
}

/**
 * The model that a text such as `resnet(18, width=16)` names, in the grammar of schemes.
 * @throws {SchemeError} with the position of the mistake, what was expected, and the nearest right name
 */
export function modelOf(text: string): NamedModel {
  const { found, given } = oneOf(text, models, "model");
  const context = typeof given["context"] === "number" ? given["context"] : (found.context ?? null);
  return { name: found.name, takes: found.takes, context, build: (shape) => found.build(given, shape) };
}
