import { addInto, type State } from "../../vector/update.ts";
import { defineMethod } from "../method.ts";
import type { Compressor, Scheme } from "../types.ts";
import { type Believed, ef21, type Mean } from "./ef21.ts";
import type { Residual } from "./residual.ts";

/**
 * EControl (Gao, Islamov, Stich 2024): a residual that is fed back by the part η, beside EF21's belief:
 *
 *     δ = C(ηe + x − h_i),   h_i ← h_i + δ,   e ← e + x − h_i,   h ← h + (1/n) Σ δ,   estimate = h
 *
 * Exact where workers differ. Laws: Σ h_i = n·h; and n·Σ_rounds estimate + Σ e = Σ x while all take part. O(d) a round beside C.
 */
export function econtrol<Local extends State, Replicated extends State>(
  compressor: Compressor<Local, Replicated>,
  options: { readonly eta: number },
): Scheme<Local & Believed & Residual, Replicated & Mean> {
  const { eta } = options;
  const plain = ef21(compressor);
  return {
    ...plain,
    init(layout) {
      const { local, replicated } = plain.init(layout);
      return { local: { ...local, residual: new Float32Array(layout.length) }, replicated };
    },
    *encode(x, local, replicated, context) {
      const p = new Float32Array(x.length);
      for (let i = 0; i < p.length; i += 1) p[i] = eta * local.residual[i]! + x[i]! - local.believed[i]!;
      const sent = yield* compressor.run(p, local, replicated, context);
      const believed = local.believed.slice();
      addInto(believed, sent.delivered);
      return { local: { ...sent.local, believed, residual: owed(local.residual, x, believed) }, delivered: sent.delivered };
    },
    // Without this x the others went on with h_i as it was.
    onExcluded: (x, local) => ({ ...local, residual: owed(local.residual, x, local.believed) }),
    onRollback(delivered, local) {
      const residual = local.residual.slice();
      addInto(residual, delivered);
      return { ...local, ...plain.onRollback(delivered, local), residual };
    },
    onMembershipChange: (local, replicated) => ({ ...local, ...plain.onMembershipChange(local, replicated) }),
  };
}

/** e + x − h. */
function owed(residual: Float32Array, x: Float32Array, believed: Float32Array): Float32Array {
  const next = new Float32Array(residual.length);
  for (let i = 0; i < next.length; i += 1) next[i] = residual[i]! + x[i]! - believed[i]!;
  return next;
}

export const econtrolMethod = defineMethod({
  name: "econtrol",
  kind: "feedback",
  parameters: {
    eta: { type: "number", default: 0.1, min: 0, max: 1, help: "η: the part of the residual that is given back in a round" },
  },
  example: "econtrol(topk(10%))",
  summary: "As EF21, with a residual of what is still owed that is given back little by little.",
  law: "Σ believed = n · mean; n · Σ estimates + Σ residuals = Σ updates",
  source: "Gao, Islamov, Stich 2024",
  build: econtrol,
});
