import type { Samples } from "./libsvm.ts";

/** Samples dealt to workers by label: as different from each other as one data set makes them. */
export interface SamplePartitions {
  /** Row numbers of each worker. */
  readonly rows: readonly Uint32Array[];
  /** The distinct labels, ascending. */
  readonly classes: readonly number[];
  /** For each row, which of the classes. */
  readonly classOf: Uint32Array;
}

/**
 * Sorts by label (rows of one label stay in file order) and cuts into P partitions whose sizes differ by at most 1.
 * @throws {RangeError} if there are fewer samples than workers
 */
export function partitionByLabel({ labels }: Samples, workers: number): SamplePartitions {
  if (labels.length < workers)
    throw new RangeError(`expected at least ${workers} samples for as many workers, got ${labels.length}`);
  const order = Uint32Array.from(labels.keys()).sort((a, b) => labels[a]! - labels[b]! || a - b);
  const cut = (worker: number): number => Math.floor((worker * labels.length) / workers);
  const classes = [...new Set(labels)].sort((a, b) => a - b);
  const places = new Map(classes.map((label, place) => [label, place]));
  return {
    rows: Array.from({ length: workers }, (_, worker) => order.slice(cut(worker), cut(worker + 1))),
    classes,
    classOf: Uint32Array.from(labels, (label) => places.get(label)!),
  };
}
