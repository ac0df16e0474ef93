import { keepFinite } from "../../vector/keep-finite.ts";
import { addInto, denseUpdate, type State } from "../../vector/update.ts";
import { defineMethod, minRate } from "../method.ts";
import type { Compressor, Scheme, Spread } from "../types.ts";
import { type Believed, ef21, type Mean } from "./ef21.ts";

/** The λ by which h_i last moved; a rollback takes it back by the same λ. */
type Rate = { readonly rate: number };

interface EfBvOptions {
  /** From the compressor's class where absent. */
  readonly lambda?: number;
  readonly nu?: number;
}

/**
 * EF-BV (Condat, Yi, Richtárik 2022), DIANA and EF21 in one:
 *
 *     d_i = C(x_i − h_i),   h_i ← h_i + λd_i,   estimate = h + (ν/n) Σ d_i,   h ← h + (λ/n) Σ d_i
 *
 * EF21: λ = ν = 1. DIANA: ν = 1, λ = 1/(1 + ω). For ‖E C(x) − x‖ ≤ η‖x‖ and variance ω‖x‖²: λ = min(1, (1 − η)/((1 − η)² + ω)), ν the
 * same with ω/n, or with ω where all peers draw alike. Law: Σ h_i = n·h, always. O(d) a round beside C; the estimate is dense.
 * @throws {RangeError} if λ or ν is not given and the class of C is not known
 */
export function efBv<Local extends State, Replicated extends State>(
  compressor: Compressor<Local, Replicated>,
  options: EfBvOptions = {},
): Scheme<Local & Believed & Rate, Replicated & Mean> {
  if (isUnknown(compressor, options))
    throw new RangeError("expected lambda and nu, for a compressor whose bias and variance are not known");
  const plain = ef21(compressor);
  const lambdaAt: Rates = (layout, stage) => options.lambda ?? rateFor(compressor.spread!(layout, stage), 1);
  const nuAt: Rates = (layout, stage) => options.nu ?? rateFor(compressor.spread!(layout, stage), stage.members);
  return {
    ...plain,
    init(layout) {
      const { local, replicated } = plain.init(layout);
      return { local: { ...local, rate: 1 }, replicated };
    },
    *encode(x, local, replicated, context) {
      const p = new Float32Array(x.length);
      for (let i = 0; i < p.length; i += 1) p[i] = x[i]! - local.believed[i]!;
      const sent = yield* compressor.run(p, local, replicated, context);
      const believed = local.believed.slice();
      const rate = lambdaAt(context.layout, context);
      addInto(believed, sent.delivered, rate);
      return { local: { ...sent.local, believed, rate }, delivered: sent.delivered };
    },
    decode(totals, _weight, replicated, context) {
      const decoded = compressor.decode(totals, replicated, context);
      const estimate = replicated.mean.slice();
      addInto(estimate, decoded.sum, nuAt(context.layout, context) / context.members);
      const mean = replicated.mean.slice();
      addInto(mean, decoded.sum, lambdaAt(context.layout, context) / context.members);
      keepFinite(estimate, replicated.mean);
      keepFinite(mean, replicated.mean);
      return { estimate: denseUpdate(estimate), replicated: { ...decoded.replicated, mean } };
    },
    onExcluded: (_x, local) => local,
    onRollback(delivered, local) {
      const believed = local.believed.slice();
      addInto(believed, delivered, -local.rate);
      return { ...local, believed };
    },
    onMembershipChange: (local, replicated) => ({ ...local, ...plain.onMembershipChange(local, replicated) }),
  };
}

type Rates = (...at: Parameters<NonNullable<Compressor["spread"]>>) => number;

/** min(1, (1 − η)/((1 − η)² + ω/n)): the same bits on every peer. */
function rateFor({ bias, variance, isShared }: Spread, peers: number): number {
  const kept = 1 - bias;
  return Math.min(1, kept / (kept * kept + variance / (isShared ? 1 : peers)));
}

function isUnknown({ spread }: Compressor, { lambda, nu }: EfBvOptions): boolean {
  return spread === undefined && (lambda === undefined || nu === undefined);
}

export const efBvMethod = defineMethod({
  name: "ef-bv",
  kind: "feedback",
  parameters: {
    lambda: { type: "number", default: "from the compressor", min: minRate, max: 1, help: "λ: the rate of what is believed" },
    nu: { type: "number", default: "from the compressor", min: minRate, max: 1, help: "ν: the rate of the estimate" },
  },
  example: "ef-bv(randk(10%, scaled=1))",
  variants: ["ef-bv(topk(10%), lambda=0.8, nu=0.9)", "ef-bv(randk(10%, seeded=1) | qsgd(8))"],
  summary: "As EF21, with two rates that suit compressors that are random; they come from the compressor unless given.",
  law: "Σ believed = n · mean; λ = min(1, (1 − η)/((1 − η)² + ω)), ν with ω/n; EF21 at λ = ν = 1, DIANA at ν = 1, λ = 1/(1 + ω)",
  source: "Condat, Yi, Richtárik 2022",
  build: (inner, { lambda, nu }) => efBv(inner, { ...(lambda === null ? {} : { lambda }), ...(nu === null ? {} : { nu }) }),
});
