import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { readProblem } from "../cli/problem-file.ts";
import { seeded } from "../shared/base/random.ts";
import { parseLibsvm } from "../shared/simulation/lab/libsvm.ts";
import type { Problem } from "../shared/simulation/lab/problem.ts";
import { quadraticProblem } from "../shared/simulation/lab/quadratic-problem.ts";
import { softmaxProblem } from "../shared/simulation/lab/softmax-problem.ts";

interface Source {
  readonly title: string;
  /** Its file in ../shared/data beside the clone; null for a problem that is made. */
  readonly file: string | null;
  load(path: string): Problem;
}

/** The problems. Samples are sorted by label and then split, so that workers' optima differ; λ = 0.001. */
const sources = {
  a9a: regression("a9a", 20),
  mushrooms: regression("mushrooms", 20),
  "a9a-1": regression("a9a", 1),
  "mushrooms-1": regression("mushrooms", 1),
  digits: {
    title: "digits of 8×8 pixels, softmax regression, 20 workers sorted by label",
    file: "uci/digits.csv.gz",
    load: (path) => softmaxProblem(parseLibsvm(libsvmOf(path), path), { workers: 20, lambda: 1e-3 }),
  },
  A: quadratic({ condition: 10, reflections: 1 }),
  "A-1000": quadratic({ condition: 1000, reflections: 1 }),
  "mixed-10": quadratic({ condition: 10, reflections: 100 }),
  "mixed-1000": quadratic({ condition: 1000, reflections: 100 }),
  four: { title: "four different quadratics, κ = 10, d = 100", file: null, load: differentQuadratics },
} as const satisfies Record<string, Source>;

export type ProblemName = keyof typeof sources;

export function titleOf(name: ProblemName): string {
  return sources[name].title;
}

/** Whether the data of a problem is there. */
export function isThere(name: ProblemName): boolean {
  const { file } = sources[name];
  return file === null || existsSync(pathOf(file));
}

export function loadProblem(name: ProblemName): Problem {
  const source: Source = sources[name];
  return source.load(pathOf(source.file ?? ""));
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(`../../shared/data/${file}`, import.meta.url));
}

function regression(name: string, workers: number): Source {
  const split = workers === 1 ? "1 worker" : `${workers} workers sorted by label`;
  return {
    title: `${name}, logistic regression, ${split}`,
    file: `libsvm/${name}.txt.gz`,
    load: (path) => readProblem(path, workers),
  };
}

/** Rows of 64 grey levels up to 16 and a digit, as LIBSVM writes rows. */
function libsvmOf(path: string): string {
  const rows = gunzipSync(readFileSync(path)).toString("utf8").trim().split("\n");
  return rows
    .map((row) => {
      const numbers = row.split(",").map(Number);
      const pixels = numbers.slice(0, 64).map((grey, i) => (grey === 0 ? "" : ` ${i + 1}:${grey / 16}`));
      return `${numbers[64]}${pixels.join("")}`;
    })
    .join("\n");
}

/**
 * ½(x − 1)ᵀH(x − 1), d = 100, from 0: eigenvalues from 1/κ to 1 in equal ratios. One reflection at sin(j), problem A's, leaves H
 * nearly diagonal; a hundred random ones leave no coordinate special.
 */
function quadratic({ condition, reflections }: { readonly condition: number; readonly reflections: number }): Source {
  const d = 100;
  const kind = reflections === 1 ? (condition === 10 ? "problem A: nearly diagonal" : "nearly diagonal") : "no special axes";
  return {
    title: `quadratic, κ = ${condition}, ${kind}, 1 worker`,
    file: null,
    load() {
      const hessian = new Float64Array(d * d);
      for (let j = 0; j < d; j += 1) hessian[j * d + j] = condition ** (-1 + j / (d - 1));
      const rng = seeded(1, "reflections");
      for (let k = 0; k < reflections; k += 1)
        reflect(
          hessian,
          Float64Array.from({ length: d }, (_, j) => (reflections === 1 ? Math.sin(j + 1) : rng.normal())),
        );
      const linear = new Float64Array(d);
      for (let i = 0; i < d; i += 1) for (let j = 0; j < d; j += 1) linear[i]! += hessian[i * d + j]!;
      const constant = linear.reduce((sum, entry) => sum + entry, 0) / 2;
      return quadraticProblem(new Float32Array(d), [{ hessian, linear, constant }]);
    },
  };
}

/** Four workers whose optima and curvatures differ, made as problem C is: v_j = sin(j+3i+1), b_i[j] = sin((i+1)j), spectra rotated by 25i. */
function differentQuadratics(): Problem {
  const d = 100;
  const workers = Array.from({ length: 4 }, (_, i) => {
    const hessian = new Float64Array(d * d);
    for (let j = 0; j < d; j += 1) hessian[j * d + j] = 10 ** (-1 + ((j + d - 25 * i) % d) / (d - 1));
    reflect(
      hessian,
      Float64Array.from({ length: d }, (_, j) => Math.sin(j + 1 + 3 * i + 1)),
    );
    const linear = new Float64Array(d);
    let constant = 0;
    for (let j = 0; j < d; j += 1) {
      for (let l = 0; l < d; l += 1) linear[j]! += hessian[j * d + l]! * Math.sin((i + 1) * (l + 1));
      constant += (linear[j]! * Math.sin((i + 1) * (j + 1))) / 2;
    }
    return { hessian, linear, constant };
  });
  return quadraticProblem(new Float32Array(d), workers);
}

/** H ← QHQ, Q = I − 2vvᵀ/‖v‖². */
function reflect(hessian: Float64Array, v: Float64Array): void {
  const d = v.length;
  const squared = v.reduce((sum, entry) => sum + entry * entry, 0);
  const columnsThenRows = [
    [1, d],
    [d, 1],
  ] as const;
  for (const [along, across] of columnsThenRows) {
    for (let line = 0; line < d; line += 1) {
      let scale = 0;
      for (let j = 0; j < d; j += 1) scale += (2 * v[j]! * hessian[line * across + j * along]!) / squared;
      for (let j = 0; j < d; j += 1) hessian[line * across + j * along]! -= scale * v[j]!;
    }
  }
}
