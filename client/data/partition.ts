import { seeded, shuffle } from "../../shared/base/random.ts";
import type { Dealing } from "../../shared/run/dealing.ts";
import { DataError } from "./data-set.ts";
import { logGamma } from "./gamma.ts";

/** How labeled samples are dealt into partitions. */
type LabeledDealing = Exclude<Dealing, { kind: "writers" }>;

/** Proportions are rounded to multiples of this: engines differ in the last bits of log and exp, and all must deal alike. */
const proportionUnits = 2 ** 20;

/**
 * Deals the samples 0 … labels.length − 1 into partitions: each sample to exactly one, none empty. The same on every
 * peer for the same arguments.
 * - `iid`: shuffled and cut into equal pieces.
 * - `dirichlet`: each class is cut in proportions drawn from Dirichlet(α) (Hsu, Qi, Brown 2019); a partition that is
 *   left empty takes one sample from the largest.
 * - `shards`: sorted by label and cut into `each` · partitions equal shards, of which every partition gets `each` (McMahan et al. 2017).
 * @throws {DataError} if there are too few samples for no partition to be empty, or α is not positive
 */
export function partition(
  labels: Uint8Array,
  partitions: number,
  dealing: LabeledDealing,
  seed: number,
): Uint32Array<ArrayBuffer>[] {
  const pieces = dealing.kind === "shards" ? partitions * dealing.each : partitions;
  if (labels.length < pieces) {
    throw new DataError(`expected at least ${pieces} samples, one for each piece that is dealt, got ${labels.length}`);
  }
  switch (dealing.kind) {
    case "iid":
      return cut(shuffle(naturals(labels.length), seeded(seed, "partition", "iid")), partitions);
    case "dirichlet":
      return dealByDirichlet(labels, partitions, dealing.alpha, seed);
    case "shards":
      return dealShards(labels, partitions, dealing.each, seed);
  }
}

function dealByDirichlet(labels: Uint8Array, partitions: number, alpha: number, seed: number): Uint32Array<ArrayBuffer>[] {
  if (!(alpha > 0 && alpha < Number.POSITIVE_INFINITY))
    throw new DataError(`expected dirichlet(α) with a positive and finite α, got ${alpha}`);
  const dealt = Array.from({ length: partitions }, (): number[] => []);
  for (const [label, samples] of byLabel(labels)) {
    shuffle(samples, seeded(seed, "partition", "class", label));
    const units = proportions(partitions, alpha, seed, label);
    const all = units.reduce((sum, unit) => sum + unit, 0);
    let [taken, next] = [0, 0];
    for (let id = 0; id < partitions; id += 1) {
      taken += units[id]!;
      const end = Math.floor((taken * samples.length) / all);
      for (; next < end; next += 1) dealt[id]!.push(samples[next]!);
    }
  }
  for (const samples of dealt) if (samples.length === 0) samples.push(largest(dealt).pop()!);
  return dealt.map((samples) => Uint32Array.from(samples));
}

/** Dirichlet(α) proportions as whole units; each comes from a stream of its own, so that no draw moves another. */
function proportions(partitions: number, alpha: number, seed: number, label: number): number[] {
  const logs: number[] = [];
  for (let id = 0; id < partitions; id += 1) logs.push(logGamma(alpha, seeded(seed, "partition", "gamma", label, id)));
  const greatest = logs.reduce((most, log) => Math.max(most, log));
  const weights = logs.map((log) => Math.exp(log - greatest));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => Math.round((weight / all) * proportionUnits));
}

function dealShards(labels: Uint8Array, partitions: number, each: number, seed: number): Uint32Array<ArrayBuffer>[] {
  const sorted = Uint32Array.from([...byLabel(labels).values()].flatMap((samples) => [...samples]));
  const shards = cut(sorted, partitions * each);
  const order = shuffle(naturals(shards.length), seeded(seed, "partition", "shards"));
  return cut(order, partitions).map((mine) => Uint32Array.from([...mine].flatMap((shard) => [...shards[shard]!])));
}

/** The samples of each class, classes and samples in ascending order. */
function byLabel(labels: Uint8Array): Map<number, number[]> {
  const classes = Array.from({ length: 256 }, (): number[] => []);
  for (let i = 0; i < labels.length; i += 1) classes[labels[i]!]!.push(i);
  return new Map(
    classes.map((samples, label): [number, number[]] => [label, samples]).filter(([, samples]) => samples.length > 0),
  );
}

/** Consecutive pieces whose sizes differ by at most one. */
function cut(items: Uint32Array<ArrayBuffer>, pieces: number): Uint32Array<ArrayBuffer>[] {
  const at = (piece: number): number => Math.floor((piece * items.length) / pieces);
  return Array.from({ length: pieces }, (_, piece) => items.slice(at(piece), at(piece + 1)));
}

function naturals(count: number): Uint32Array<ArrayBuffer> {
  return Uint32Array.from({ length: count }, (_, i) => i);
}

/** The first of the longest. */
function largest(dealt: readonly number[][]): number[] {
  return dealt.reduce((most, samples) => (samples.length > most.length ? samples : most));
}
