import { addInto, type State } from "../../vector/update.ts";
import type { Method } from "../method.ts";
import type { Compressor, Scheme } from "../types.ts";
import { type Believed, ef21, type Mean } from "./ef21.ts";
import type { Memory } from "./memory.ts";

/**
 * EControl (Gao, Islamov, Stich 2024): a memory whose feedback is held back by η, beside EF21's belief:
 *
 *     δ = C(ηe + x − h_i),   h_i ← h_i + δ,   e ← e + x − h_i,   h ← h + (1/n) Σ δ,   estimate = h
 *
 * Exact where workers differ. Laws: Σ h_i = n·h; and n·Σ_rounds estimate + Σ e = Σ x while all take part. O(d) a round beside C.
 */
export function econtrol<Own extends State, Common extends State>(
  compressor: Compressor<Own, Common>,
  options: { readonly eta: number },
): Scheme<Own & Believed & Memory, Common & Mean> {
  const { eta } = options;
  const plain = ef21(compressor);
  return {
    ...plain,
    init(layout) {
      const { own, common } = plain.init(layout);
      return { own: { ...own, memory: new Float32Array(layout.length) }, common };
    },
    *encode(x, own, common, context) {
      const p = new Float32Array(x.length);
      for (let i = 0; i < p.length; i += 1) p[i] = eta * own.memory[i]! + x[i]! - own.believed[i]!;
      const sent = yield* compressor.run(p, own, common, context);
      const believed = own.believed.slice();
      addInto(believed, sent.share);
      return { own: { ...sent.own, believed, memory: owed(own.memory, x, believed) }, share: sent.share };
    },
    // The others went on with h_i as it was, for want of this x.
    missed: (x, own) => ({ ...own, memory: owed(own.memory, x, own.believed) }),
    refund(share, own) {
      const memory = own.memory.slice();
      addInto(memory, share);
      return { ...own, ...plain.refund(share, own), memory };
    },
    rebase: (own, common) => ({ ...own, ...plain.rebase(own, common) }),
  };
}

/** e + x − h. */
function owed(memory: Float32Array, x: Float32Array, believed: Float32Array): Float32Array {
  const next = new Float32Array(memory.length);
  for (let i = 0; i < next.length; i += 1) next[i] = memory[i]! + x[i]! - believed[i]!;
  return next;
}

export const econtrolMethod: Method = {
  name: "econtrol",
  kind: "feedback",
  usage: "econtrol(compressor, eta=0.1)",
  example: "econtrol(topk(10%))",
  summary: "As EF21, with a memory of what is still owed that is given back little by little.",
  law: "Σ believed = n · mean; n · Σ estimates + Σ memories = Σ updates",
  source: "Gao, Islamov, Stich 2024",
  build: (inner, given) => econtrol(inner, { eta: given.number("eta", { fallback: 0.1, min: 0, max: 1 }) }),
};
