import { type Layout, layoutOf } from "../../base/layout.ts";
import { createContexts } from "../../compress/context.ts";
import type { Conserved } from "../../compress/types.ts";
import { defaultConfig, type RunConfig } from "../../run/config.ts";
import { runScheme } from "../../run/run-scheme.ts";
import { toDense } from "../../vector/update.ts";
import type { LedgerOptions } from "./ledger.ts";

/** One matrix, so that methods for matrices have something to do. */
export const layout = layoutOf([{ name: "x", shape: [8, 6] }]);

/** The same with parameters that are not trained. */
export const layoutWithStatistics: Layout = {
  ...layoutOf([...layout.tensors, { name: "moving", shape: [3] }]),
  statistics: 3,
};

/** What the books of a run must know of it. */
interface Books extends LedgerOptions {
  /** By which law its accounts are held; null: its scheme conserves nothing, or what a peer delivered is not to be told from its sums. */
  readonly conserves: Conserved | null;
}

/** What the books must know of the sums of a run: those of its scheme, before the outer optimizer. */
export function booksOf(config: RunConfig): Books {
  const scheme = runScheme({ ...config, outer: defaultConfig.outer });
  const phases = scheme.phases(layout, { round: 1, members: 1 });
  const last = phases.at(-1)!;
  const parameters = new Float32Array(layout.length);
  const contextOf = createContexts({ seed: config.seed, seat: 0, parameters: () => parameters });
  const { replicated } = scheme.init(layout);
  // The sum of two low-rank matrices is not that of their factors.
  const isLinear = phases.every(({ merge }) => merge.kind !== "recompress");
  const isUpdate = phases.length === 1 && last.length === layout.length;
  return {
    length: layout.length,
    lastLength: last.length,
    phases: phases.length,
    conserves: scheme.conserves === "residual" && !isLinear ? null : scheme.conserves,
    rebuild: isUpdate
      ? null
      : (totals, round) => toDense(scheme.decode(totals, 1, replicated, contextOf({ layout, round, members: 1 })).estimate),
  };
}
