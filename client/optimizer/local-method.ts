import type { Described } from "../../shared/compress/method.ts";
import type { ArgumentsOf, ArgumentValues, Parameter, Parameters } from "../../shared/compress/text/parameters.ts";
import type { LocalOptimizer } from "./local-optimizer.ts";

interface Built<A> {
  readonly kind: "local optimizer";
  /** null: plain steps. The code of the others, and tfjs with it, is loaded by the first call. */
  build(given: A): Promise<LocalOptimizer | null>;
}

/** What the text of a local optimizer can name. Needs no tfjs until it is built. */
export type LocalMethod = Described & Built<ArgumentValues>;

/** A local optimizer, `build` of which is given its arguments by the types of its parameters. */
export function defineLocal<const P extends Parameters>(
  method: Described & { readonly parameters: P } & Built<ArgumentsOf<P>>,
): LocalMethod {
  return method as LocalMethod;
}

/** How much of a running mean a step keeps. */
export function keepParameter(beta: number, help: string) {
  return { type: "number", default: beta, min: 0, max: 0.999999, help } as const satisfies Parameter;
}

/** Those that shrink parameters have these two. */
export const decayParameters = {
  decay: { type: "number", default: 0.01, min: 0, max: 100, help: "λ: a step takes γλ of each parameter" },
  skip: { type: "words", default: ["bias", "norm"], help: "tensors whose names contain one of these words do not decay" },
} as const satisfies Parameters;
