import type { State } from "../update.ts";
import { type Amount, countOf } from "./amount.ts";
import { gather } from "./chosen.ts";
import { selectLargest } from "./select.ts";
import type { Sparsifier } from "./sparsifier.ts";

/** The k coordinates of largest |xᵢ| of the whole vector, ties to the lower index, as they are. No state. O(d). */
export function topKSparsifier(amount: Amount): Sparsifier<Record<never, never> & State> {
  return {
    keep: (length, stage) => countOf(amount, length, stage),
    init: () => ({}),
    select: (x, _own, context) => selectLargest(x, countOf(amount, x.length, context)),
    weigh: (x, support) => gather(x, support),
  };
}
