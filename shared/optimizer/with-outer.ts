import type { Scheme } from "../compress/types.ts";
import type { State } from "../vector/update.ts";
import type { Optimizer } from "./optimizer.ts";
import { average } from "./sgd.ts";

/** Marks the optimizer's slots in the replicated state. */
const prefix = "outer.";

/**
 * The scheme whose estimates go through an outer optimizer before the replica subtracts them. What is sent, and every residual, is
 * the scheme's own: only `decode` changes. With the EF21 family the estimate, and so what the optimizer is given, is the mean g
 * of all that the peers believe of each other, not the round's sum. The optimizer's slots join the replicated state.
 */
export function withOuter(scheme: Scheme, optimizer: Optimizer): Scheme {
  if (optimizer === average) return scheme;
  return {
    ...scheme,
    init(layout) {
      const { local, replicated } = scheme.init(layout);
      return { local, replicated: { ...replicated, ...marked(optimizer.init(layout.length)) } };
    },
    decode(totals, weight, replicated, context) {
      const decoded = scheme.decode(totals, weight, replicated, context);
      const { step, slots } = optimizer.step(decoded.estimate, unmarked(replicated), context);
      return { estimate: step, replicated: { ...decoded.replicated, ...marked(slots) } };
    },
  };
}

function marked(slots: State): State {
  return Object.fromEntries(Object.entries(slots).map(([slot, value]) => [`${prefix}${slot}`, value]));
}

function unmarked(replicated: State): State {
  const mine = Object.entries(replicated).filter(([slot]) => slot.startsWith(prefix));
  return Object.fromEntries(mine.map(([slot, value]) => [slot.slice(prefix.length), value]));
}
