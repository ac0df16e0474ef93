import { addInto, denseUpdate, type State } from "../update.ts";
import { type Believed, ef21, type Mean } from "./ef21.ts";
import { keepFinite } from "./keep-finite.ts";
import type { Method } from "./method.ts";
import type { Compressor, Scheme } from "./types.ts";

/**
 * EF-BV (Condat, Yi, Richtárik 2022), DIANA and EF21 in one:
 *
 *     d_i = C(x_i − h_i),   h_i ← h_i + λd_i,   estimate = h + (ν/n) Σ d_i,   h ← h + (λ/n) Σ d_i
 *
 * EF21: λ = ν = 1. DIANA: ν = 1, λ = 1/(1 + ω). For ‖E C(x) − x‖ ≤ η‖x‖ and variance ω‖x‖²: λ = min(1, (1 − η)/((1 − η)² + ω)), ν the
 * same with ω/n. Law: Σ h_i = n·h, always. O(d) a round beside C; the estimate is dense.
 */
export function efBv<Own extends State, Common extends State>(
  compressor: Compressor<Own, Common>,
  options: { readonly lambda: number; readonly nu: number },
): Scheme<Own & Believed, Common & Mean> {
  const { lambda, nu } = options;
  return {
    ...ef21(compressor),
    *encode(x, own, common, context) {
      const p = new Float32Array(x.length);
      for (let i = 0; i < p.length; i += 1) p[i] = x[i]! - own.believed[i]!;
      const sent = yield* compressor.run(p, own, common, context);
      const believed = own.believed.slice();
      addInto(believed, sent.share, lambda);
      return { own: { ...sent.own, believed }, share: sent.share };
    },
    decode(totals, _weight, common, context) {
      const decoded = compressor.decode(totals, common, context);
      const estimate = common.mean.slice();
      addInto(estimate, decoded.sum, nu / context.members);
      const mean = common.mean.slice();
      addInto(mean, decoded.sum, lambda / context.members);
      keepFinite(estimate, common.mean);
      keepFinite(mean, common.mean);
      return { estimate: denseUpdate(estimate), common: { ...decoded.common, mean } };
    },
    refund(share, own) {
      const believed = own.believed.slice();
      addInto(believed, share, -lambda);
      return { ...own, believed };
    },
  };
}

export const efBvMethod: Method = {
  name: "ef-bv",
  kind: "feedback",
  usage: "ef-bv(compressor, lambda=1, nu=1)",
  example: "ef-bv(randk(10%, scaled=1), lambda=0.1, nu=1)",
  summary: "As EF21, with two rates that can be set to suit compressors that are random.",
  law: "Σ believed = n · mean; EF21 at λ = ν = 1, DIANA at ν = 1, λ = 1/(1 + ω)",
  source: "Condat, Yi, Richtárik 2022",
  build(inner, given) {
    const lambda = given.number("lambda", { fallback: 1, min: 0, max: 1 });
    return efBv(inner, { lambda, nu: given.number("nu", { fallback: 1, min: 0, max: 1 }) });
  },
};
