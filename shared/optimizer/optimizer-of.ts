import { closest } from "fastest-levenshtein";
import { argumentsOf } from "../compress/text/arguments.ts";
import { parseScheme, SchemeError } from "../compress/text/grammar.ts";
import type { Optimizer } from "./optimizer.ts";
import { optimizers } from "./registry.ts";

/**
 * The outer optimizer that a text such as `nesterov(0.7, momentum=0.9)` names, in the grammar of schemes.
 * @throws {SchemeError} with the position of the mistake, what was expected, and the nearest right name
 */
export function optimizerOf(text: string): Optimizer {
  const call = parseScheme(text);
  const found = optimizers.find(({ name }) => name === call.name);
  if (found === undefined) {
    const names = optimizers.map(({ name }) => name);
    const meant = `did you mean ${closest(call.name, names)}?`;
    throw new SchemeError(text, call.at, `expected an outer optimizer (${names.join(", ")}), got ${call.name}; ${meant}`);
  }
  if (call.next !== null) throw new SchemeError(text, call.next.at, `expected one outer optimizer, got ${call.next.name} too`);
  return found.build(argumentsOf(text, call).read(found.parameters));
}
