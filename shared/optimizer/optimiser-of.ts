import { closest } from "fastest-levenshtein";
import { argumentsOf } from "../compress/text/arguments.ts";
import { parseScheme, SchemeError } from "../compress/text/grammar.ts";
import type { Optimiser } from "./optimiser.ts";
import { optimisers } from "./registry.ts";

/**
 * The outer optimiser that a text such as `nesterov(0.7, momentum=0.9)` names, in the grammar of schemes.
 * @throws {SchemeError} with the position of the mistake, what was expected, and the nearest right name
 */
export function optimiserOf(text: string): Optimiser {
  const call = parseScheme(text);
  const found = optimisers.find(({ name }) => name === call.name);
  if (found === undefined) {
    const names = optimisers.map(({ name }) => name);
    const meant = `did you mean ${closest(call.name, names)}?`;
    throw new SchemeError(text, call.at, `expected an outer optimiser (${names.join(", ")}), got ${call.name}; ${meant}`);
  }
  if (call.next !== null) throw new SchemeError(text, call.next.at, `expected one outer optimiser, got ${call.next.name} too`);
  const given = argumentsOf(text, call);
  const optimiser = found.build(given);
  given.done();
  return optimiser;
}
