import { closest } from "fastest-levenshtein";
import { argumentsOf } from "./arguments.ts";
import { parseScheme, SchemeError } from "./grammar.ts";
import type { ArgumentValues, Parameters } from "./parameters.ts";

/** What a text can name. */
interface Named {
  readonly name: string;
  readonly parameters: Parameters;
}

/**
 * The one of `all` that a text such as `nesterov(0.7, momentum=0.9)` names, in the grammar of schemes, and its arguments.
 * @param what what they are, as "model"
 * @throws {SchemeError} with the position of the mistake, what was expected, and the nearest right name
 */
export function oneOf<M extends Named>(
  text: string,
  all: readonly M[],
  what: string,
): { readonly found: M; readonly given: ArgumentValues } {
  const call = parseScheme(text);
  const found = all.find(({ name }) => name === call.name);
  if (found === undefined) {
    const names = all.map(({ name }) => name);
    const article = /^[aeiou]/.test(what) ? "an" : "a";
    const meant = `did you mean ${closest(call.name, names)}?`;
    throw new SchemeError(text, call.at, `expected ${article} ${what} (${names.join(", ")}), got ${call.name}; ${meant}`);
  }
  if (call.next !== null) throw new SchemeError(text, call.next.at, `expected one ${what}, got ${call.next.name} too`);
  return { found, given: argumentsOf(text, call).read(found.parameters) };
}
