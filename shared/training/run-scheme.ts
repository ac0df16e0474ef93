import { SchemeError } from "../compress/grammar.ts";
import { schemeOf } from "../compress/scheme-of.ts";
import type { Scheme } from "../compress/types.ts";
import { optimiserOf } from "../optimise/optimiser-of.ts";
import { withOuter } from "../optimise/with-outer.ts";
import type { RunConfig } from "./config.ts";

/** The fields of a configuration that are texts of the schemes' grammar, and who reads them. */
const readers = { scheme: schemeOf, outer: optimiserOf } as const;

export type SchemeTexts = Pick<RunConfig, keyof typeof readers>;

/**
 * What a run does with updates: its scheme, inside its outer optimiser.
 * @param inner the scheme in the form in which this peer runs it, where that is not the one that the text builds
 * @throws {SchemeError} with the position of the mistake in the field's text
 */
export function runScheme({ scheme, outer }: SchemeTexts, inner: Scheme = readers.scheme(scheme)): Scheme {
  return withOuter(inner, readers.outer(outer));
}

/** What is wrong with each of the texts, by field; empty where `runScheme` takes them all. */
export function schemeProblems(texts: SchemeTexts): ReadonlyMap<keyof SchemeTexts, SchemeError | RangeError> {
  const problems = new Map<keyof SchemeTexts, SchemeError | RangeError>();
  for (const field of Object.keys(readers) as (keyof SchemeTexts)[]) {
    try {
      readers[field](texts[field]);
    } catch (error) {
      if (!(error instanceof SchemeError || error instanceof RangeError)) throw error;
      problems.set(field, error);
    }
  }
  return problems;
}
