import { keepFinite } from "../../vector/keep-finite.ts";
import { addInto, denseUpdate, type State } from "../../vector/update.ts";
import { defineMethod } from "../method.ts";
import type { Compressor, Scheme } from "../types.ts";

/** g_i: what the others believe of this peer's update. */
export type Believed = { readonly believed: Float32Array };
/** g: the mean of all g_i, the same on every peer. */
export type Mean = { readonly mean: Float32Array };

/**
 * EF21 (Richtárik, Sokolov, Fatkhullin 2021), started from g_i = 0 and applied after the sum:
 *
 *     c_i = C(x_i − g_i),   g_i ← g_i + c_i,   g ← g + (1/n) Σ c_i,   estimate = g
 *
 * Divides by n, the size of the roster, also if some are absent: their c_i is 0. Law: Σ g_i = n·g, always; on a change of
 * members every one sets g_i := g, which restores it at once. O(d) a round beside C; the estimate is dense.
 */
export function ef21<Local extends State, Replicated extends State>(
  compressor: Compressor<Local, Replicated>,
): Scheme<Local & Believed, Replicated & Mean> {
  return {
    weighting: "peers",
    conserves: "mean",
    init(layout) {
      const { local, replicated } = compressor.init(layout);
      return {
        local: { ...local, believed: new Float32Array(layout.length) },
        replicated: { ...replicated, mean: new Float32Array(layout.length) },
      };
    },
    phases: compressor.phases,
    *encode(x, local, replicated, context) {
      const p = new Float32Array(x.length);
      for (let i = 0; i < p.length; i += 1) p[i] = x[i]! - local.believed[i]!;
      const sent = yield* compressor.run(p, local, replicated, context);
      const believed = local.believed.slice();
      addInto(believed, sent.delivered);
      return { local: { ...sent.local, believed }, delivered: sent.delivered };
    },
    decode(totals, _weight, replicated, context) {
      const decoded = compressor.decode(totals, replicated, context);
      const mean = replicated.mean.slice();
      addInto(mean, decoded.sum, 1 / context.members);
      keepFinite(mean, replicated.mean);
      return { estimate: denseUpdate(mean), replicated: { ...decoded.replicated, mean } };
    },
    onExcluded: (_x, local) => local,
    onRollback(delivered, local) {
      const believed = local.believed.slice();
      addInto(believed, delivered, -1);
      return { ...local, believed };
    },
    onMembershipChange: (local, replicated) => ({ ...local, believed: replicated.mean.slice() }),
  };
}

export const ef21Method = defineMethod({
  name: "ef21",
  kind: "feedback",
  parameters: {},
  example: "ef21(topk(10%, tensor=1))",
  summary: "Sends how the update has changed from what the others believe it to be; meant for large batches.",
  law: "Σ believed = n · mean",
  source: "Richtárik, Sokolov, Fatkhullin 2021",
  build: (inner) => ef21(inner),
});
