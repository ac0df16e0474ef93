import { scaled } from "../../vector/scaled.ts";
import type { State } from "../../vector/update.ts";
import type { Compressor, Scheme } from "../types.ts";

/** A compressor without memory: what it drops is lost. The yardstick for every feedback; diverges where the bias matters. */
export function plain<Own extends State, Common extends State>(compressor: Compressor<Own, Common>): Scheme<Own, Common> {
  return {
    weighting: "samples",
    init: compressor.init,
    phases: compressor.phases,
    *encode(x, own, common, context) {
      return yield* compressor.run(x, own, common, context);
    },
    decode(totals, weight, common, context) {
      const decoded = compressor.decode(totals, common, context);
      return { estimate: scaled(decoded.sum, 1 / weight), common: decoded.common };
    },
    missed: (_x, own) => own,
    refund: (_share, own) => own,
    rebase: (own) => own,
  };
}
