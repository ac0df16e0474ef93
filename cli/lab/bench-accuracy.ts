import { thisMachine } from "../support/this-machine.ts";
import { type Cell, cellOf } from "./cell.ts";
import { type CellData, createCellData } from "./cell-data.ts";
import type { LabPoint } from "./lab-row.ts";
import { playCell } from "./play-cell.ts";

/** What a method costs until the model has an accuracy on held-out samples, after a round. */
export interface AccuracyRow {
  readonly type: "accuracy";
  readonly scheme: string;
  /** That of the run; `all-to-all` and `ring`: reckoned from the rounds of `none`. */
  readonly aggregate: string;
  readonly outer: string;
  /** The best of those that were tried with the first seed. */
  readonly rate: number;
  readonly peers: number;
  readonly partition: string;
  readonly localSteps: number;
  readonly target: number;
  /** Means over seeds; null: the target was not reached with each of them. */
  readonly rounds: number | null;
  /** Bytes that a peer has sent until then, messages as encoded. */
  readonly bytes: number | null;
  /** The same on the wire over WebRTC, about. */
  readonly wireBytes: number | null;
  readonly seeds: number;
  readonly machine: string;
  readonly date: string;
}

/** A method in a setting. */
export interface AccuracyCase extends Pick<Cell, "scheme" | "peers" | "partition" | "localSteps"> {
  readonly aggregate?: Cell["aggregate"];
  readonly outer?: string;
}

export interface AccuracyOptions {
  readonly cases: readonly AccuracyCase[];
  /** Fields that all share: data, model, target. */
  readonly shared: Partial<Cell>;
  readonly rates: readonly number[];
  readonly seeds: readonly number[];
}

/** Of a case or a row, what is measured: two of equal texts are the same. */
export function accuracyKey(one: Omit<AccuracyCase, "aggregate"> & { readonly aggregate?: string }): string {
  const { scheme, aggregate = "gtopk", outer = "sgd(1)", peers, partition, localSteps } = one;
  return JSON.stringify([scheme, aggregate, outer, peers, partition, localSteps]);
}

/** A row for each case, the best rate by bytes with the first seed; and beside each dense one all-to-all and a ring. */
export async function* accuracyRows({ cases, shared, rates, seeds }: AccuracyOptions): AsyncGenerator<AccuracyRow> {
  const data = createCellData(process.cwd());
  for (const one of cases) {
    const at = (rate: number, seed: number) => reached({ ...shared, ...one, rate, seed }, data);
    const [first, ...others] = seeds as [number, ...number[]];
    let best: { readonly rate: number; readonly end: Reached | null } | null = null;
    for (const rate of rates) {
      const end = await at(rate, first);
      if (best === null || (end !== null && (best.end === null || end.point.bytes < best.end.point.bytes))) best = { rate, end };
    }
    const ends = [best!.end];
    if (best!.end !== null) for (const seed of others) ends.push(await at(best!.rate, seed));
    yield* rowsOf(one, { rate: best!.rate, ends, target: shared.target ?? 0 });
  }
}

interface Reached {
  readonly point: LabPoint;
  readonly parameters: number;
}

/** Where the target was reached; null: it was not. */
async function reached(fields: Partial<Cell>, data: CellData): Promise<Reached | null> {
  const { cell, fault } = cellOf({ ...fields, every: 1 });
  if (fault !== null) throw new RangeError(fault);
  const { points, parameters } = await playCell({ arm: "", cell }, data);
  const point = points.at(-1);
  return point !== undefined && (point.metrics["accuracy"] ?? 0) >= cell.target ? { point, parameters } : null;
}

interface Outcome {
  readonly rate: number;
  readonly ends: readonly (Reached | null)[];
  readonly target: number;
}

function* rowsOf(one: AccuracyCase, { rate, ends, target }: Outcome): Generator<AccuracyRow> {
  const { scheme, aggregate = "gtopk", outer = "sgd(1)", peers, partition, localSteps } = one;
  const whole = ends.flatMap((end) => (end === null ? [] : [end]));
  const isReached = whole.length === ends.length;
  const mean = (of: (end: Reached) => number): number | null =>
    isReached ? whole.reduce((sum, end) => sum + of(end), 0) / whole.length : null;
  const row: AccuracyRow = {
    ...{ type: "accuracy", scheme, aggregate, outer, rate, peers, partition, localSteps, target },
    rounds: mean(({ point }) => point.round),
    bytes: mean(({ point }) => point.bytes),
    wireBytes: mean(({ point }) => point.wireBytes),
    seeds: ends.length,
    ...thisMachine(),
  };
  yield row;
  if (scheme !== "none" || !isReached) return;
  for (const [name, vectors] of [
    ["all-to-all", peers - 1],
    ["ring", (2 * (peers - 1)) / peers],
  ] as const)
    yield {
      ...row,
      aggregate: name,
      bytes: mean(({ point, parameters }) => point.round * vectors * 4 * parameters),
      wireBytes: null,
    };
}
