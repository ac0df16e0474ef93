import { seeded } from "../../shared/base/random.ts";
import { selectLargest } from "../../shared/vector/select.ts";
import { selectAbout } from "../../shared/vector/select-about.ts";
import { plainScan } from "../../shared/vector/selection/plain-scan.ts";
import { simdScan } from "../../shared/vector/selection/simd/simd-scan.ts";
import { sideBySide, type Task } from "./bench-measure.ts";

/** One way to select the k largest of one vector. */
export interface SelectRow {
  readonly type: "select";
  readonly length: number;
  /** k / d. */
  readonly density: number;
  readonly input: Input;
  readonly path: Path;
  readonly milliseconds: number;
  /** Time of a `set()` of the whole vector into warm memory, measured in the same turns. */
  readonly copyMilliseconds: number;
  /** milliseconds / copyMilliseconds. */
  readonly ratio: number;
  readonly runs: number;
}

/** `layers`: 50 layers, each with one of eight scales from 1 down to 10⁻⁷. */
type Input = "gaussian" | "zeros60" | "layers";

/** The last two are the common alternatives: sorting the indices by |x|, and tfjs on its cpu backend. */
type Path = "simd" | "javascript" | "sampled" | "sort" | "tf.topk";

/** A model of 11.2 million parameters is a ResNet-18, one of 124 million GPT-2 small. */
export const benchLengths: readonly number[] = [10_000, 1_000_000, 11_200_000, 124_000_000];
export const quickLengths: readonly number[] = [1_000, 10_000];
const inputs: readonly Input[] = ["gaussian", "zeros60", "layers"];
const densities = [0.0001, 0.001, 0.01, 0.1] as const;

/** Greatest length for the alternatives: beyond it a run takes seconds. */
const othersUpTo = 1_000_000;
/** Entries that are drawn; they are repeated to fill the vector, since drawing 124 million takes longer than selecting from them. */
const drawn = 2 ** 20;

type TensorFlow = Pick<typeof import("@tensorflow/tfjs"), "tidy" | "tensor1d" | "abs" | "topk">;

export interface SelectOptions {
  readonly lengths: readonly number[];
  /** tfjs on its cpu backend, to compare with; null if it is not installed. */
  readonly tensorflow: TensorFlow | null;
}

/** Measures every path on every input, at every density. */
export async function* selectRows({ lengths, tensorflow }: SelectOptions): AsyncGenerator<SelectRow> {
  const scan = simdScan();
  const rng = seeded(1, "bench", "sampled");
  for (const length of lengths) {
    const runs = length > 20_000_000 ? 5 : 15;
    const repeats = Math.ceil(100_000 / length);
    const target = new Float32Array(length);
    for (const input of inputs) {
      const x = vectorOf(input, length);
      const copy: Task = { run: () => target.set(x) };
      for (const density of densities) {
        const k = Math.ceil(density * length);
        const about = { type: "select", length, density, input } as const;
        const own = {
          copy,
          ...(scan === null ? {} : { simd: { run: () => selectLargest(x, k, { scan }) } }),
          javascript: { run: () => selectLargest(x, k, { scan: plainScan }) },
          sampled: { run: () => selectAbout(x, k, { rng }) },
        };
        yield* rowsOf(about, await sideBySide(own, { runs, repeats }), runs);
        if (length > othersUpTo) continue;
        const others = {
          copy,
          sort: { run: () => sortedLargest(x, k) },
          ...(tensorflow === null ? {} : { "tf.topk": { run: () => topKOf(tensorflow, x, k) } }),
        };
        yield* rowsOf(about, await sideBySide(others, { runs: 3 }), 3);
      }
    }
  }
}

function* rowsOf(
  about: Pick<SelectRow, "type" | "length" | "density" | "input">,
  medians: ReadonlyMap<Path | "copy", number>,
  runs: number,
): Generator<SelectRow> {
  const copyMilliseconds = medians.get("copy")!;
  for (const [path, milliseconds] of medians) {
    if (path !== "copy") yield { ...about, path, milliseconds, copyMilliseconds, ratio: milliseconds / copyMilliseconds, runs };
  }
}

function vectorOf(input: Input, length: number): Float32Array {
  const rng = seeded(1, "bench", input);
  const block = Float32Array.from({ length: Math.min(length, drawn) }, () =>
    input === "zeros60" && rng.uniform() < 0.6 ? 0 : rng.normal(),
  );
  const x = new Float32Array(length);
  for (let at = 0; at < length; at += block.length) x.set(block.subarray(0, Math.min(block.length, length - at)), at);
  if (input === "layers") {
    const layer = Math.ceil(length / 50);
    for (let i = 0; i < length; i += 1) x[i]! *= 10 ** -(Math.floor(i / layer) % 8);
  }
  return x;
}

/** The k largest by sorting the indices by |x|. O(d log d). */
function sortedLargest(x: Float32Array, k: number): Uint32Array {
  const order = Uint32Array.from(x, (_, i) => i);
  order.sort((a, b) => Math.abs(x[b]!) - Math.abs(x[a]!) || a - b);
  return order.slice(0, k).sort();
}

/** The k largest by tfjs's `topk`, which gives values and indices; both are read back. */
async function topKOf(tensorflow: TensorFlow, x: Float32Array, k: number): Promise<unknown> {
  const indices = tensorflow.tidy(() => tensorflow.topk(tensorflow.abs(tensorflow.tensor1d(x)), k).indices);
  try {
    return await indices.data();
  } finally {
    indices.dispose();
  }
}
