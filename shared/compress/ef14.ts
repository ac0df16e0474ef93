import { addInto, type State } from "../update.ts";
import { type Memory, remember, takeBack } from "./memory.ts";
import type { Method } from "./method.ts";
import { scaled } from "./scaled.ts";
import type { Compressor, Scheme } from "./types.ts";

/**
 * Error feedback with a memory of what was not sent (Seide et al. 2014; Stich et al. 2018):
 *
 *     p = βe + x,   c = C(p),   e ← p − c
 *
 * e is in units of the weighted sum. Law (β = 1): Σ c + e = Σ x; over the tree, Σ_peers e + Σ totals = Σ_peers Σ x.
 * O(d) a round beside C.
 */
export function ef14<Own extends State, Common extends State>(
  compressor: Compressor<Own, Common>,
  options: { readonly decay: number },
): Scheme<Own & Memory, Common> {
  return {
    weighting: "samples",
    init(layout) {
      const { own, common } = compressor.init(layout);
      return { own: { ...own, memory: new Float32Array(layout.length) }, common };
    },
    phases: compressor.phases,
    *encode(x, own, common, context) {
      const p = new Float32Array(x.length);
      for (let i = 0; i < p.length; i += 1) p[i] = options.decay * own.memory[i]! + x[i]!;
      const sent = yield* compressor.run(p, own, common, context);
      addInto(p, sent.share, -1);
      return { ...sent.own, memory: p };
    },
    decode(totals, weight, common, context) {
      const decoded = compressor.decode(totals, common, context);
      return { estimate: scaled(decoded.sum, 1 / weight), common: decoded.common };
    },
    missed: remember,
    refund: takeBack,
    rebase: (own) => own,
  };
}

export const ef14Method: Method = {
  name: "ef14",
  kind: "feedback",
  usage: "ef14(compressor, decay=1)",
  example: "ef14(topk(10%) | qsgd(8), decay=0.95)",
  summary: "Remembers what was not sent and adds it to the next update.",
  law: "Σ sent + memory = Σ updates (decay 1)",
  source: "Seide et al. 2014; Stich et al. 2018",
  build: (inner, given) => ef14(inner, { decay: given.number("decay", { fallback: 1, min: 0, max: 1 }) }),
};
