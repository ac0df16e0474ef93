import { type Described, minRate } from "../compress/method.ts";
import type { ArgumentsOf, ArgumentValues, Parameter, Parameters } from "../compress/text/parameters.ts";
import type { Optimizer } from "./optimizer.ts";
import { type Schedule, scheduled, scheduleParameters } from "./schedule.ts";

interface Built<A> {
  readonly kind: "optimizer";
  build(given: A): Optimizer;
}

/** What the text of an outer optimizer can name: how it is called and built, and what it does. */
export type OptimizerMethod = Described & Built<ArgumentValues>;

/** An optimizer, `build` of which is given its arguments by the types of its parameters; its rate can follow a schedule. */
export function defineOptimizer<const P extends Parameters>(
  method: Described & { readonly parameters: P } & Built<ArgumentsOf<P>>,
): OptimizerMethod {
  return {
    ...method,
    parameters: { ...method.parameters, ...scheduleParameters },
    build: (given) => scheduled(method.build(given as ArgumentsOf<P>), given as unknown as Schedule),
  };
}

/** A larger rate moves the model away from any optimum. */
const maxRate = 100;

/** Below 1: at 1 a running mean would forget nothing, and the corrections for the first rounds would divide by 0. */
const maxBeta = 0.999999;

/** η, the first argument. */
export function rateParameter(rate: number) {
  return { type: "number", default: rate, min: minRate, max: maxRate, help: "η: size of a step" } as const satisfies Parameter;
}

/** How much of a running mean a round keeps. */
export function betaParameter(beta: number, help: string) {
  return { type: "number", default: beta, min: 0, max: maxBeta, help } as const satisfies Parameter;
}

/** What keeps a small denominator from making a large step. */
export const epsilonParameter = {
  ...{ type: "number", default: 0.001, min: 1e-12, max: 1_000 },
  help: "ε: below what size of an update steps get smaller",
} as const satisfies Parameter;
