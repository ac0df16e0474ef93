import type { State } from "../../vector/update.ts";
import { defineMethod, minRate } from "../method.ts";
import type { Compressor, Scheme } from "../types.ts";
import { type Believed, ef21, type Mean } from "./ef21.ts";

/** v, and whether it holds anything yet (0 or 1). */
type Momentum = { readonly momentum: Float32Array; readonly started: number };

/**
 * EF21 with momentum, for minibatches (Fatkhullin, Tyurin, Richtárik 2023):
 *
 *     v ← (1 − η)v + ηx   (the first v is x),   c = C(v − g_i),   then as EF21
 *
 * Law: Σ g_i = n·g, always. A round that was missed leaves v as it was. One more vector than EF21.
 */
export function ef21Sgdm<Local extends State, Replicated extends State>(
  compressor: Compressor<Local, Replicated>,
  options: { readonly eta: number },
): Scheme<Local & Believed & Momentum, Replicated & Mean> {
  const { eta } = options;
  const plain = ef21(compressor);
  return {
    ...plain,
    init(layout) {
      const { local, replicated } = plain.init(layout);
      return { local: { ...local, momentum: new Float32Array(layout.length), started: 0 }, replicated };
    },
    *encode(x, local, replicated, context) {
      const fresh = local.started === 0 ? 1 : eta;
      const momentum = new Float32Array(x.length);
      for (let i = 0; i < momentum.length; i += 1) momentum[i] = (1 - fresh) * local.momentum[i]! + fresh * x[i]!;
      const { local: next, delivered } = yield* plain.encode(momentum, local, replicated, context);
      return { local: { ...next, momentum, started: 1 }, delivered };
    },
    onExcluded: (_x, local) => local,
    onRollback: (delivered, local) => ({ ...local, ...plain.onRollback(delivered, local) }),
    onMembershipChange: (local, replicated) => ({ ...local, ...plain.onMembershipChange(local, replicated) }),
  };
}

export const ef21SgdmMethod = defineMethod({
  name: "ef21-sgdm",
  kind: "feedback",
  parameters: {
    eta: { type: "number", default: 0.1, min: minRate, max: 1, help: "η: the weight of the newest update in the average" },
  },
  example: "ef21-sgdm(topk(10%))",
  summary: "As EF21, of an update averaged over the last rounds; meant for small batches.",
  law: "Σ believed = n · mean",
  source: "Fatkhullin, Tyurin, Richtárik 2023",
  build: ef21Sgdm,
});
