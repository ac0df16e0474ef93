import type { Rng } from "../../base/random.ts";
import { searchOf } from "../../compress/aggregated.ts";
import { type Aggregate, aggregates, truncationResiduals } from "../../compress/aggregates.ts";
import type { Described } from "../../compress/method.ts";
import { methods } from "../../compress/registry.ts";
import { optimizers } from "../../optimizer/registry.ts";
import { defaultConfig, type RunConfig } from "../../run/config.ts";
import { schemeProblems } from "../../run/run-scheme.ts";
import { topologyNames } from "../../tree/topologies.ts";

/** The fields of a run that a seed draws. */
export type DrawnRun = Pick<RunConfig, "scheme" | "outer" | "tree" | "aggregate" | "truncationResidual">;

export const drawnFields = ["scheme", "outer", "tree", "aggregate", "truncationResidual"] as const satisfies (keyof DrawnRun)[];

/** From this seed on one support for all peers is drawn as well; those below play what they played before there was any. */
const firstSeedOfSupports = 1_000_000;

/** The aggregates that a seed draws from. */
export function aggregatesOf(seed: number): readonly Aggregate[] {
  return seed >= firstSeedOfSupports ? aggregates : aggregates.filter((aggregate) => searchOf(aggregate) === undefined);
}

/** Every kind of tree, sum, optimizer and scheme is drawn from its registry: a new row is drawn without a change here. */
const kinds = methods.map(({ kind }) => kind).filter((kind, i, all) => all.indexOf(kind) === i);
const feedbacks = methods.filter(({ kind }) => kind === "feedback");
const sparsifiers = methods.filter(({ kind }) => kind === "sparsifier");

/** Combinations that no scheme can be summed by are drawn again. */
const maxDraws = 100;

/**
 * What a seed's run sums and how; fields of `fixed` stay as they are. On a quarter of the seeds every other field is the default, as
 * most rooms have it.
 * @param from the aggregates to draw from
 * @throws {RangeError} if nothing that fits to `fixed` was found
 */
export function drawRun(
  rng: Rng,
  fixed: Partial<DrawnRun>,
  { from = aggregates }: { readonly from?: readonly Aggregate[] } = {},
): DrawnRun {
  const { scheme, outer, tree, aggregate, truncationResidual } = defaultConfig;
  const usual = { scheme, outer, tree, aggregate, truncationResidual, ...fixed };
  if (rng.integer(4) === 0 && schemeProblems(usual).size === 0) return usual;
  for (let i = 0; i < maxDraws; i += 1) {
    const drawn = {
      scheme: drawScheme(rng),
      outer: rng.integer(2) === 0 ? outer : drawText(optimizers[rng.integer(optimizers.length)]!, rng),
      tree: topologyNames[rng.integer(topologyNames.length)]!,
      aggregate: rng.integer(2) === 0 ? aggregate : from[rng.integer(from.length)]!,
      truncationResidual: truncationResiduals[rng.integer(4) === 0 ? 1 : 0]!,
      ...fixed,
    };
    if (schemeProblems(drawn).size === 0) return drawn;
  }
  throw new RangeError(`expected a scheme that can be summed so, found none in ${maxDraws} draws: ${JSON.stringify(fixed)}`);
}

/** A method of each kind as often as of every other; half of the compressors inside an error feedback. */
function drawScheme(rng: Rng): string {
  const kind = kinds[rng.integer(kinds.length)]!;
  const ofKind = methods.filter((method) => method.kind === kind);
  const text = drawText(ofKind[rng.integer(ofKind.length)]!, rng);
  if (kind === "feedback" || kind === "masked-feedback") return text;
  const isPiped = kind === "quantizer" && rng.integer(2) === 0;
  const compressor = isPiped ? `${drawText(sparsifiers[rng.integer(sparsifiers.length)]!, rng)} | ${text}` : text;
  return rng.integer(2) === 0 ? compressor : `${feedbacks[rng.integer(feedbacks.length)]!.name}(${compressor})`;
}

function drawText({ example, variants = [] }: Described, rng: Rng): string {
  const texts = [example, ...variants];
  return texts[rng.integer(texts.length)]!;
}

/** "heap, gtopk, in-network, sgd(1), ef14(topk(1%))" */
export function runText({ tree, aggregate, truncationResidual, outer, scheme }: DrawnRun): string {
  return [tree, aggregate, truncationResidual, outer, scheme].join(", ");
}
