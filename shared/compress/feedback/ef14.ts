import { scaled } from "../../vector/scaled.ts";
import { addInto, type State } from "../../vector/update.ts";
import { defineMethod } from "../method.ts";
import type { Compressor, Scheme } from "../types.ts";
import { forget, type Residual, remember, takeBack } from "./residual.ts";

/** m: this peer's own momentum. */
type Momentum = { readonly momentum: Float32Array };

/**
 * Error feedback: the residual e is what was not sent yet (Seide et al. 2014; Stich et al. 2018):
 *
 *     p = βe + x,   c = C(p),   e ← p − c
 *
 * e is in units of the weighted sum. Law (β = 1): Σ c + e = Σ x; over the tree, Σ_peers e + Σ totals = Σ_peers Σ x.
 * O(d) a round beside C.
 */
export function ef14<Local extends State, Replicated extends State>(
  compressor: Compressor<Local, Replicated>,
  options: { readonly decay: number },
): Scheme<Local & Residual, Replicated> {
  return {
    weighting: "samples",
    conserves: options.decay === 1 ? "residual" : null,
    init(layout) {
      const { local, replicated } = compressor.init(layout);
      return { local: { ...local, residual: new Float32Array(layout.length) }, replicated };
    },
    phases: compressor.phases,
    *encode(x, local, replicated, context) {
      const p = new Float32Array(x.length);
      for (let i = 0; i < p.length; i += 1) p[i] = options.decay * local.residual[i]! + x[i]!;
      const sent = yield* compressor.run(p, local, replicated, context);
      addInto(p, sent.delivered, -1);
      return { local: { ...sent.local, residual: p }, delivered: sent.delivered };
    },
    decode(totals, weight, replicated, context) {
      const decoded = compressor.decode(totals, replicated, context);
      return { estimate: scaled(decoded.sum, 1 / weight), replicated: decoded.replicated };
    },
    onExcluded: remember,
    onRollback: takeBack,
    onMembershipChange: (local) => local,
  };
}

/**
 * EF14 with the momentum correction and factor masking of Deep Gradient Compression (Lin et al. 2018):
 *
 *     m ← μm + x,   p = βe + m,   c = C(p),   e ← p − c,   m_S ← 0 on the support S of c
 *
 * A coordinate that is not sent accumulates the steps that momentum would have made; masking ends its momentum once it is sent.
 * Law (β = 1): Σ c + e = Σ m, masked or not. S is where c has entries: coordinates at which this peer's merge rejected something
 * belong to it, and a dense c leaves no momentum at all. One more vector than EF14, O(d) a round beside C.
 */
export function ef14Momentum<Local extends State, Replicated extends State>(
  compressor: Compressor<Local, Replicated>,
  options: { readonly decay: number; readonly momentum: number },
): Scheme<Local & Residual & Momentum, Replicated> {
  const plain = ef14(compressor, options);
  const moved = (x: Float32Array, { momentum }: Momentum): Float32Array => {
    const next = new Float32Array(x.length);
    for (let i = 0; i < next.length; i += 1) next[i] = options.momentum * momentum[i]! + x[i]!;
    return next;
  };
  return {
    ...plain,
    conserves: null,
    init(layout) {
      const { local, replicated } = plain.init(layout);
      return { local: { ...local, momentum: new Float32Array(layout.length) }, replicated };
    },
    *encode(x, local, replicated, context) {
      const momentum = moved(x, local);
      const p = new Float32Array(x.length);
      for (let i = 0; i < p.length; i += 1) p[i] = options.decay * local.residual[i]! + momentum[i]!;
      const sent = yield* compressor.run(p, local, replicated, context);
      addInto(p, sent.delivered, -1);
      forget(momentum, sent.delivered.support);
      return { local: { ...sent.local, residual: p, momentum }, delivered: sent.delivered };
    },
    onExcluded(x, local) {
      const momentum = moved(x, local);
      return { ...remember(momentum, local), momentum };
    },
    onRollback: (delivered, local) => ({ ...local, ...plain.onRollback(delivered, local) }),
    onMembershipChange: (local) => local,
  };
}

export const ef14Method = defineMethod({
  name: "ef14",
  kind: "feedback",
  parameters: {
    decay: { type: "number", default: 1, min: 0, max: 1, help: "β: what a round keeps of the residual" },
    momentum: { type: "number", default: 0, min: 0, max: 0.999, help: "μ: what a round keeps of the peer's own momentum" },
  },
  example: "ef14(topk(10%) | qsgd(8), decay=0.95)",
  variants: [
    "ef14(topk(10%) | qsgd(8), momentum=0.9)",
    "ef14(randk(10%, seeded=1), decay=0.9, momentum=0.5)",
    "ef14(svd(2), momentum=0.9)",
  ],
  summary: "Remembers what was not sent and adds it to the next update.",
  law: "Σ sent + residual = Σ updates (decay 1); momentum μ: m ← μm + update, masked where it was sent, in its place",
  source: "Seide et al. 2014; Stich et al. 2018; momentum: Lin et al. 2018",
  build: (inner, { decay, momentum }) => (momentum === 0 ? ef14(inner, { decay }) : ef14Momentum(inner, { decay, momentum })),
});
