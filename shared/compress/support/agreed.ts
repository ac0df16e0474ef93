import type { Layout } from "../../base/layout.ts";
import type { Phase } from "../../sum/merge-rule.ts";
import { indicesOf, prefixUpdate, type State, type Update, type Values } from "../../vector/update.ts";
import { weighed } from "../sparsifiers/operators.ts";
import { applied, type Choice, type Sparsifier } from "../sparsifiers/sparsifier.ts";
import { type Context, type Exchange, reduced, type Stage } from "../types.ts";
import { boundsOf, placedAt, type SupportSearch } from "./support-search.ts";

/**
 * The sparsifier with its support found by all peers together. Its class is not known any more: what one peer's error is depends on the
 * others.
 */
export function sharing<Local extends State>(sparsifier: Sparsifier<Local>, search: SupportSearch): Sparsifier<Local> {
  const { spread: _spread, ...others } = sparsifier;
  return { ...others, search };
}

/** The sums of what a sparsifier chooses: that of the entries, and before it that of the search, if there is one. */
export function phasesOf<Local extends State>(
  sparsifier: Sparsifier<Local>,
  layout: Layout,
  stage: Stage,
  { format = "f32", replicated }: { readonly format?: Values["format"]; readonly replicated?: State | undefined },
): Phase[] {
  const { length } = layout;
  const merge = sparsifier.merge(layout, stage, replicated);
  const inFormat = format === "f32" ? {} : { format };
  const { search } = sparsifier;
  if (search === undefined) return [{ merge: { ...merge, ...inFormat }, length }];
  const bounds = boundsOf(merge, length, stage.round);
  const place = (rest: Update, [found]: readonly Update[]): Update => placedAt(search.support(found!, bounds), rest);
  return [search.phase(bounds), { merge: { kind: "exact", ...inFormat }, length, place }];
}

/** The support that the peers agree on, by a sum if they search for one, else what the sparsifier selects by x. */
export function* agreed<Local extends State>(
  sparsifier: Sparsifier<Local>,
  x: Float32Array,
  local: Local,
  { context, replicated }: { readonly context: Context; readonly replicated: State },
): Exchange<Choice> {
  const { search } = sparsifier;
  if (search === undefined) return sparsifier.select(x, local, context, replicated);
  const { layout, position, members, round } = context;
  const bounds = boundsOf(sparsifier.merge(layout, context), layout.length, round);
  const weights = sparsifier.weights?.(local);
  const update = search.summand(
    {
      position,
      members,
      vector: () => (weights === undefined ? x : weighed(x, weights)),
      entries: () => applied(x, sparsifier.select(x, local, context)),
    },
    bounds,
  );
  const { total } = reduced(yield { kind: "reduce", update });
  const indices = search.support(total, bounds);
  const support = { kind: "indices", indices } as const;
  return weights === undefined ? { support } : { support, scale: Float32Array.from(indices, (i) => weights[i]!) };
}

/**
 * The sum of the chosen entries: on a support that all know their values travel alone.
 * @returns what this peer's merge rejected
 */
export function* summed<Local extends State>({ search }: Sparsifier<Local>, sent: Update): Exchange<Update> {
  if (search === undefined) return reduced(yield { kind: "reduce", update: sent }).rest;
  const update = { ...prefixUpdate(sent.length, sent.values.data), values: sent.values };
  const { rest } = reduced(yield { kind: "reduce", update });
  return placedAt(indicesOf(sent)!, rest);
}

/** What the totals of those sums come to, in the coordinates of x. */
export function totalOf<Local extends State>(
  sparsifier: Sparsifier<Local>,
  totals: readonly Update[],
  layout: Layout,
  stage: Stage,
): Update {
  const { search } = sparsifier;
  if (search === undefined) return totals[0]!;
  const bounds = boundsOf(sparsifier.merge(layout, stage), layout.length, stage.round);
  return placedAt(search.support(totals[0]!, bounds), totals[1]!);
}
