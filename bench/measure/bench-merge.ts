import { sampleIndices, seeded } from "../../shared/base/random.ts";
import { mergeUpdates } from "../../shared/sum/merge.ts";
import { sparseUpdate, type Update } from "../../shared/vector/update.ts";
import { sideBySide } from "./bench-measure.ts";

/** The merge at an inner peer of two updates of `entries` each. */
export interface MergeRow {
  readonly type: "merge";
  readonly length: number;
  readonly entries: number;
  readonly milliseconds: number;
  /** Time of the same merge by two plain arrays and `push`. */
  readonly plainMilliseconds: number;
  /** milliseconds / plainMilliseconds. */
  readonly ratio: number;
  readonly runs: number;
}

const runs = 15;

/** Measures merges of 1 % of ever larger models. */
export async function* mergeRows({ isQuick }: { readonly isQuick: boolean }): AsyncGenerator<MergeRow> {
  for (const entries of isQuick ? [1_120] : [1_120, 11_200, 112_000, 1_120_000]) {
    const length = 100 * entries;
    const [a, b] = [updateOf(length, entries, 1), updateOf(length, entries, 2)];
    const [plainA, plainB] = [plainOf(a), plainOf(b)];
    const tasks = {
      own: { run: () => mergeUpdates([a, b], { kind: "exact" }) },
      plain: { run: () => mergePlainly(plainA, plainB) },
    };
    const medians = await sideBySide(tasks, { runs, repeats: Math.ceil(20_000 / entries) });
    const milliseconds = medians.get("own")!;
    const plainMilliseconds = medians.get("plain")!;
    yield { type: "merge", length, entries, milliseconds, plainMilliseconds, ratio: milliseconds / plainMilliseconds, runs };
  }
}

function updateOf(length: number, entries: number, seed: number): Update {
  const rng = seeded(seed, "bench", "merge");
  const indices = sampleIndices(length, entries, rng);
  return sparseUpdate(
    length,
    indices,
    Float32Array.from(indices, () => rng.normal()),
  );
}

interface Plain {
  readonly indices: number[];
  readonly values: number[];
}

function plainOf({ support, values }: Update): Plain {
  return { indices: support.kind === "indices" ? [...support.indices] : [], values: [...values.data] };
}

function mergePlainly(a: Plain, b: Plain): Plain {
  const indices: number[] = [];
  const values: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.indices.length || j < b.indices.length) {
    const left = a.indices[i] ?? Number.POSITIVE_INFINITY;
    const right = b.indices[j] ?? Number.POSITIVE_INFINITY;
    indices.push(left < right ? left : right);
    if (left < right) values.push(a.values[i++]!);
    else if (right < left) values.push(b.values[j++]!);
    else values.push(a.values[i++]! + b.values[j++]!);
  }
  return { indices, values };
}
