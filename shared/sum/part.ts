import { type Contributors, lowestOf, union } from "../tree/contributors.ts";
import { saturate } from "../vector/saturate.ts";
import { type Update, zeroUpdate } from "../vector/update.ts";
import { added, partsOf, type Sum } from "./gathered.ts";
import { mergeUpdates } from "./merge.ts";
import type { MergeRule } from "./merge-rule.ts";

/** What peers measure beside their updates; summed up the same tree. Real numbers are float32, and so are their sums. */
export interface Metrics {
  /** Σ samples · mean training loss. */
  readonly trainingLoss: number;
  /** Samples seen in local steps. */
  readonly samples: number;
  /** Held-out samples tested, before this round. */
  readonly tested: number;
  /** Σ over those samples of each metric of the run. */
  readonly sums: readonly number[];
  /** Σ whole ms of local training: the next deadline is made of the mean. */
  readonly trainingMs: number;
}

export const noMetrics: Metrics = { trainingLoss: 0, samples: 0, tested: 0, sums: [], trainingMs: 0 };

/** The most sums of metrics in a message: a loss, the hits, and what they leave open of the 16 counts of 4 classes. */
export const maxSums = 16;

/** A partial sum: who is in it, their weight, and the sum itself. */
export interface Part {
  readonly contributors: Contributors;
  /** Σ weights of the contributors, whole numbers. */
  readonly weight: number;
  readonly metrics: Metrics;
  readonly sum: Sum;
  /** Σ samples · statistics of the contributors: in the last phase of a round, where the model has statistics. */
  readonly statistics?: Float32Array;
}

/**
 * Joins parts with disjoint contributors into one, truncating once. Parts are taken in the order of their lowest contributor,
 * so the result does not depend on the order of arrival: own first, then each child's in child order.
 */
export function joinParts(parts: readonly Part[], rule: MergeRule): { readonly part: Part; readonly rest: Update } {
  const ordered = [...parts].sort((a, b) => lowestOf(a.contributors) - lowestOf(b.contributors));
  const { sum, rest } = joinSums(
    ordered.map((part) => part.sum),
    rule,
  );
  const part = ordered.reduce((all, next) => ({
    contributors: union(all.contributors, next.contributors),
    weight: all.weight + next.weight,
    metrics: addMetrics(all.metrics, next.metrics),
    sum,
    ...addStatistics(all, next),
  }));
  return { part: { ...part, sum }, rest };
}

function joinSums(sums: readonly Sum[], rule: MergeRule): { readonly sum: Sum; readonly rest: Update } {
  if (rule.kind !== "gather") return mergeUpdates(sums.map(added), rule);
  const [{ length }] = sums as [Sum];
  return { sum: { kind: "gathered", length, parts: sums.flatMap(partsOf) }, rest: zeroUpdate(length) };
}

function addMetrics(a: Metrics, b: Metrics): Metrics {
  return {
    trainingLoss: Math.fround(a.trainingLoss + b.trainingLoss),
    samples: a.samples + b.samples,
    tested: a.tested + b.tested,
    sums: addSums(a.sums, b.sums),
    trainingMs: a.trainingMs + b.trainingMs,
  };
}

/** A sum that one side lacks counts as 0. */
function addSums(a: readonly number[], b: readonly number[]): readonly number[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => Math.fround((a[i] ?? 0) + (b[i] ?? 0)));
}

/** In float32, saturating as updates do. */
function addStatistics({ statistics: a }: Part, { statistics: b }: Part): Pick<Part, "statistics"> {
  if (a === undefined || b === undefined) return {};
  return { statistics: a.map((value, i) => saturate(Math.fround(value + b[i]!))) };
}
