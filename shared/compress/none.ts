import { denseUpdate, type State } from "../vector/update.ts";
import { defineMethod } from "./method.ts";
import type { Compressor } from "./types.ts";

type Nothing = Record<never, never> & State;

/** The identity C(x) = x: every coordinate travels as float32. Contractive with α = 1. 4d bytes. */
export function none(): Compressor<Nothing, Nothing> {
  return {
    init: () => ({ local: {}, replicated: {} }),
    phases: ({ length }) => [{ merge: { kind: "exact" }, length }],
    *run(x, local) {
      const delivered = denseUpdate(x.slice());
      yield { kind: "reduce", update: delivered };
      return { delivered, local };
    },
    decode: (totals, replicated) => ({ sum: totals[0]!, replicated }),
    spread: () => ({ bias: 0, variance: 0, isShared: false }),
  };
}

export const noneMethod = defineMethod({
  name: "none",
  kind: "compressor",
  parameters: {},
  example: "none",
  summary: "Sends every number of the update in full; what the others are measured against.",
  law: "C(x) = x",
  source: "the identity; FedAvg without compression (McMahan et al. 2017)",
  build: none,
});
