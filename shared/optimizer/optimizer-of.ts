import { SchemeError } from "../compress/text/grammar.ts";
import { oneOf } from "../compress/text/one-of.ts";
import type { Optimizer } from "./optimizer.ts";
import { optimizers } from "./registry.ts";

/**
 * The outer optimizer that a text such as `nesterov(0.7, momentum=0.9)` names, in the grammar of schemes.
 * @throws {SchemeError} with the position of the mistake, what was expected, and the nearest right name
 */
export function optimizerOf(text: string): Optimizer {
  const { found, given } = oneOf(text, optimizers, "outer optimizer");
  try {
    return found.build(given);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new SchemeError(text, 0, `${found.name}: ${error.message}`);
  }
}
