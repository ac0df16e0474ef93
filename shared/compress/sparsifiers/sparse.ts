import { formatted } from "../../vector/formats/formatted.ts";
import type { State } from "../../vector/update.ts";
import { asFloats, type Coarsening, type Quantizer, unquantized } from "../quantizers/quantizer.ts";
import { agreed, phasesOf, summed, totalOf } from "../support/agreed.ts";
import type { Compressor } from "../types.ts";
import { applied, difference, learned, type Sparsifier } from "./sparsifier.ts";

/**
 * A sparsifier as a compressor: it learns from, selects by and sends the same x, its values through a quantizer and a format
 * Q: sent = Q(C(x)), delivered = sent − rest. What Q distorts and what inner merges reject (or round away) is thus not
 * delivered: the error feedback around it keeps both. Law: Σ_peers delivered = total. O(d), O(k) bytes.
 */
export function sparse<Local extends State>(
  given: Sparsifier<Local>,
  { quantize, format }: Coarsening = asFloats(unquantized),
): Compressor<Local, State> {
  const sparsifier = given.inFormat?.(format) ?? given;
  return {
    init: (layout) => ({ local: sparsifier.init(layout), replicated: sparsifier.fromTotals?.init(layout) ?? {} }),
    phases: (layout, stage, replicated) => phasesOf(sparsifier, layout, stage, { format, replicated }),
    *run(x, local, replicated, context) {
      const learnt = yield* learned(sparsifier, x, local, context);
      const chosen = applied(x, yield* agreed(sparsifier, x, learnt, { context, replicated }));
      const sent = { ...chosen, values: formatted(quantize(chosen.values.data, context.rng), format) };
      return { delivered: difference(sent, yield* summed(sparsifier, sent)), local: learnt };
    },
    decode(totals, replicated, { layout, ...stage }) {
      const sum = totalOf(sparsifier, totals, layout, stage);
      return { sum, replicated: { ...replicated, ...sparsifier.fromTotals?.next(sum, layout) } };
    },
    ...(format === "f32" ? spreadOf(sparsifier, quantize) : {}),
  };
}

/** An unbiased Q after C keeps the bias of C: E‖Q(C(x)) − E C(x)‖² ≤ (ω + E‖C(x)‖²/‖x‖² · ω_Q)‖x‖². */
function spreadOf({ spread }: Sparsifier, { variance: coarseness }: Quantizer): Pick<Compressor, "spread"> {
  if (spread === undefined || coarseness === undefined) return {};
  return {
    spread(layout, stage) {
      const { bias, variance, isShared, energy, count } = spread(layout, stage);
      return { bias, isShared, variance: variance + energy * coarseness(count) };
    },
  };
}
