import { scaled } from "../../vector/scaled.ts";
import type { State } from "../../vector/update.ts";
import type { Compressor, Scheme } from "../types.ts";

/** A compressor without feedback: what it drops is lost. The baseline for every feedback; a biased compressor may diverge. */
export function plain<Local extends State, Replicated extends State>(
  compressor: Compressor<Local, Replicated>,
): Scheme<Local, Replicated> {
  return {
    weighting: "samples",
    conserves: null,
    init: compressor.init,
    phases: compressor.phases,
    *encode(x, local, replicated, context) {
      return yield* compressor.run(x, local, replicated, context);
    },
    decode(totals, weight, replicated, context) {
      const decoded = compressor.decode(totals, replicated, context);
      return { estimate: scaled(decoded.sum, 1 / weight), replicated: decoded.replicated };
    },
    onExcluded: (_x, local) => local,
    onRollback: (_share, local) => local,
    onMembershipChange: (local) => local,
  };
}
