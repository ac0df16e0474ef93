import { scaled } from "../../vector/scaled.ts";
import { addInto, type State } from "../../vector/update.ts";
import { defineMethod } from "../method.ts";
import { applied, difference, learned, type Sparsifier } from "../sparsifiers/sparsifier.ts";
import { agreed, phasesOf, summed, totalOf } from "../support/agreed.ts";
import type { Scheme } from "../types.ts";
import { forget, type Residual, remember, takeBack } from "./residual.ts";

export type ScamMode = "paper" | "reset" | "decay";

/** What `decay` leaves of the residual each round. */
const decayOf = { paper: 1, reset: 1, decay: 0.95 } as const;

/**
 * SCAM (Khafizov 2025): residual and update choose the support, the update alone is sent:
 *
 *     S = select(ε + x),   g̃ = w_S ⊙ x_S,   ε ← ε + x − g̃   (paper);   then ε_S ← 0 (reset);   ε ← 0.95ε + x − g̃ (decay)
 *
 * and over the tree ε += rest. S is drawn once, w applied once. As published a sent coordinate keeps its old residual and the method
 * stalls; `reset` clears it. Law (10), one worker, w = 1: f⁺ − f* ≤ (1 − μγ(2 − Lγ)δ)(f − f*) with δ = ‖g̃‖²/‖g‖².
 * Peers with different data choose different supports: a bias that no step size removes. Weights are learnt for ε + x but scale
 * x: those above 2 (a simplex allows d) can diverge. O(d) a round beside S, O(k) bytes.
 */
export function scam<Local extends State>(
  sparsifier: Sparsifier<Local>,
  options: { readonly mode: ScamMode },
): Scheme<Local & Residual, State> {
  const { mode } = options;
  return {
    weighting: "samples",
    conserves: null,
    init: (layout) => ({
      local: { ...sparsifier.init(layout), residual: new Float32Array(layout.length) },
      replicated: sparsifier.fromTotals?.init(layout) ?? {},
    }),
    phases: (layout, stage, replicated) => phasesOf(sparsifier, layout, stage, { replicated }),
    *encode(x, local, replicated, context) {
      const p = new Float32Array(x.length);
      for (let i = 0; i < p.length; i += 1) p[i] = local.residual[i]! + x[i]!;
      const learnt = yield* learned(sparsifier, p, local, context);
      const choice = yield* agreed(sparsifier, p, learnt, { context, replicated });
      const sent = applied(x, choice);
      const rest = yield* summed(sparsifier, sent);
      const residual = new Float32Array(x.length);
      for (let i = 0; i < residual.length; i += 1) residual[i] = decayOf[mode] * local.residual[i]! + x[i]!;
      addInto(residual, sent, -1);
      if (mode === "reset") forget(residual, choice.support);
      addInto(residual, rest);
      return { local: { ...learnt, residual }, delivered: difference(sent, rest) };
    },
    decode(totals, weight, replicated, { layout, ...stage }) {
      const total = totalOf(sparsifier, totals, layout, stage);
      return {
        estimate: scaled(total, 1 / weight),
        replicated: { ...replicated, ...sparsifier.fromTotals?.next(total, layout) },
      };
    },
    onExcluded: remember,
    onRollback: takeBack,
    onMembershipChange: (local) => local,
  };
}

export const scamMethod = defineMethod({
  name: "scam",
  kind: "masked-feedback",
  parameters: {
    mode: {
      type: "word",
      default: "decay",
      of: ["decay", "reset", "paper"],
      help: "what a sent number leaves of its residual: 0.95 of it, nothing, or all",
    },
  },
  example: "scam(topk(10%), mode=decay)",
  variants: ["scam(topk(10%, tensor=1))", "scam(randk(10%, seeded=1), mode=reset)", "scam(impk(10%, cube=[1, 2]), mode=paper)"],
  summary: "Remembers what was not sent only to choose where to send: what travels is the current update.",
  law: "w = 1, one peer: f⁺ − f* ≤ (1 − μγ(2 − Lγ)δ)(f − f*), δ = ‖sent‖²/‖update‖²; biased where peers' data differ; under outer sgd ef14 is ahead of every mode",
  source: "Khafizov 2025",
  build: scam,
});
