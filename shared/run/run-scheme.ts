import { aggregated, searchOf } from "../compress/aggregated.ts";
import type { Probe } from "../compress/measured.ts";
import { onTrained } from "../compress/on-trained.ts";
import { SchemeError } from "../compress/text/grammar.ts";
import { schemeOf } from "../compress/text/scheme-of.ts";
import type { Scheme } from "../compress/types.ts";
import { optimizerOf } from "../optimizer/optimizer-of.ts";
import { withOuter } from "../optimizer/with-outer.ts";
import type { RunConfig } from "./config.ts";

/** The fields of a configuration that are texts of the schemes' grammar, and who reads them. */
const readers = { scheme: (text: string) => schemeOf(text), outer: optimizerOf } as const;

/** Without the last two: gTop-k, its residual in-network. */
export type SchemeFields = Pick<RunConfig, keyof typeof readers> & Partial<Pick<RunConfig, "aggregate" | "truncationResidual">>;

interface SchemeOptions {
  /** The scheme in the form in which this peer runs it, where that is not the one that the text builds. */
  readonly inner?: Scheme | undefined;
  /** Told α̂ of each compression of a scheme that the text builds. */
  readonly probe?: Probe;
}

/**
 * What a run does with updates: its scheme, summed as the aggregate says, inside its outer optimizer, over what is trained.
 * @throws {SchemeError} with the position of the mistake in the field's text
 * @throws {RangeError} if the scheme cannot be summed so
 */
export function runScheme(fields: SchemeFields, { inner, probe }: SchemeOptions = {}): Scheme {
  const sums = sumsOf(fields);
  const scheme = inner ?? schemeOf(fields.scheme, probe, { search: searchOf(sums.aggregate) });
  return onTrained(withOuter(aggregated(scheme, sums), readers.outer(fields.outer)));
}

/** What is wrong with each of the fields; empty where `runScheme` takes them all. */
export function schemeProblems(fields: SchemeFields): ReadonlyMap<keyof SchemeFields, SchemeError | RangeError> {
  const problems = new Map<keyof SchemeFields, SchemeError | RangeError>();
  const attempt = (field: keyof SchemeFields, read: () => unknown): void => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof SchemeError || error instanceof RangeError)) throw error;
      problems.set(field, error);
    }
  };
  attempt("scheme", () => readers.scheme(fields.scheme));
  attempt("outer", () => readers.outer(fields.outer));
  if (!problems.has("scheme")) {
    const { aggregate, truncationResidual } = sumsOf(fields);
    const scheme = () => schemeOf(fields.scheme, undefined, { search: searchOf(aggregate) });
    attempt("aggregate", () => aggregated(scheme(), { aggregate, truncationResidual: "in-network" }));
    if (!problems.has("aggregate")) attempt("truncationResidual", () => aggregated(scheme(), { aggregate, truncationResidual }));
  }
  return problems;
}

function sumsOf({
  aggregate = "gtopk",
  truncationResidual = "in-network",
}: SchemeFields): Pick<RunConfig, "aggregate" | "truncationResidual"> {
  return { aggregate, truncationResidual };
}
