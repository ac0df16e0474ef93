import { layoutOf } from "../../shared/base/layout.ts";
import { seeded } from "../../shared/base/random.ts";
import type { Scheme } from "../../shared/compress/types.ts";
import { LocalAllReduce } from "../../shared/simulation/lab/local-all-reduce.ts";
import { addInto } from "../../shared/vector/update.ts";

/** One function a worker; f is their mean. */
export interface Quadratics {
  readonly start: readonly number[];
  readonly gradients: readonly ((x: ArrayLike<number>) => number[])[];
  value(x: ArrayLike<number>): number;
}

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum;
};

/** Q Λ Q with Q = I − 2vvᵀ, applied to u. */
function rotated(v: readonly number[], eigenvalues: readonly number[]) {
  const reflect = (u: ArrayLike<number>): number[] => {
    const scale = 2 * dot(v, u);
    return Array.from(u, (value, i) => value - scale * v[i]!);
  };
  return (u: ArrayLike<number>): number[] => reflect(reflect(u).map((value, i) => value * eigenvalues[i]!));
}

function unit(values: number[]): number[] {
  const norm = Math.sqrt(dot(values, values));
  return values.map((value) => value / norm);
}

/** Problem A: one worker, d = 100, L = 1, μ = 0.1, f* = 0. */
export function problemA(): Quadratics {
  const hessian = rotated(
    unit(Array.from({ length: 100 }, (_, j) => Math.sin(j + 1))),
    Array.from({ length: 100 }, (_, j) => 10 ** (-1 + j / 99)),
  );
  const error = (x: ArrayLike<number>): number[] => Array.from(x, (value) => value - 1);
  return {
    start: new Array<number>(100).fill(0),
    gradients: [(x) => hessian(error(x))],
    value: (x) => 0.5 * dot(error(x), hessian(error(x))),
  };
}

/** Problem C: five workers with different optima, d = 30. */
export function problemC(): Quadratics & { readonly optimum: number } {
  const workers = Array.from({ length: 5 }, (_, i) => {
    const eigenvalues = Array.from({ length: 30 }, (_, j) => 10 ** (-1 + ((j - 7 * i + 30 * 7) % 30) / 29));
    const hessian = rotated(unit(Array.from({ length: 30 }, (_, j) => Math.sin(j + 1 + 3 * i + 1))), eigenvalues);
    const center = Array.from({ length: 30 }, (_, j) => Math.sin((i + 1) * (j + 1)));
    return { hessian, error: (x: ArrayLike<number>) => Array.from(x, (value, j) => value - center[j]!) };
  });
  return {
    start: new Array<number>(30).fill(0),
    gradients: workers.map(
      ({ hessian, error }) =>
        (x) =>
          hessian(error(x)),
    ),
    value: (x) => workers.reduce((sum, { hessian, error }) => sum + 0.5 * dot(error(x), hessian(error(x))), 0) / 5,
    optimum: 2.212654642,
  };
}

/** Sixteen workers that differ, d = 100: every one has its own axes and optimum, and curvatures from 0.1 to 1. */
export function sixteenWorkers(): Quadratics & { readonly optimum: number } {
  const [n, d] = [16, 100];
  const rng = seeded(1, "quadratics");
  const normals = (): number[] => Array.from({ length: d }, () => rng.normal());
  const workers = Array.from({ length: n }, (_, i) => {
    const axes = unit(normals());
    const eigenvalues = Array.from({ length: d }, (_, j) => 10 ** (-1 + ((j + Math.floor((i * d) / n)) % d) / (d - 1)));
    const center = normals();
    return {
      hessian: rotated(axes, eigenvalues),
      error: (x: ArrayLike<number>) => Array.from(x, (value, j) => value - center[j]!),
    };
  });
  const gradients = workers.map(
    ({ hessian, error }) =>
      (x: ArrayLike<number>) =>
        hessian(error(x)),
  );
  const value = (x: ArrayLike<number>): number =>
    workers.reduce((sum, { hessian, error }) => sum + 0.5 * dot(error(x), hessian(error(x))), 0) / n;
  const best = new Float64Array(d);
  for (let step = 0; step < 200; step += 1) {
    const steps = gradients.map((gradient) => gradient(best));
    for (let i = 0; i < d; i += 1) best[i]! -= steps.reduce((sum, g) => sum + g[i]!, 0) / n;
  }
  return { start: new Array<number>(d).fill(0), gradients, value, optimum: value(best) };
}

/** Beznosikov et al., Example 1: three strongly convex workers on which top-1 without feedback diverges. */
export function exampleOne(): Quadratics {
  const directions = [
    [-3, 2, 2],
    [2, -3, 2],
    [2, 2, -3],
  ];
  return {
    start: [1, 1, 1],
    gradients: directions.map((a) => (x) => {
      const along = 2 * dot(a, x);
      return a.map((entry, i) => along * entry + x[i]! / 2);
    }),
    value: (x) => directions.reduce((sum, a) => sum + dot(a, x) ** 2, 0) / 3 + dot(x, x) / 4,
  };
}

/** x after each round: x ← x − estimate, where every worker gives γ∇f_i(x) to one tree. */
export function* descent(problem: Quadratics, scheme: Scheme, rate: number): Generator<Float32Array> {
  const { start, gradients } = problem;
  const allReduce = new LocalAllReduce(scheme, layoutOf([{ name: "x", shape: [start.length] }]), gradients.length);
  const x = Float32Array.from(start);
  for (;;) {
    allReduce.parameters = x;
    const given = gradients.map((gradient) => Float32Array.from(gradient(x), (g) => rate * g));
    addInto(
      x,
      allReduce.round(given, undefined, (peer, at) => Float32Array.from(gradients[peer]!(at))),
      -1,
    );
    yield x;
  }
}

/** As `descent`, but every worker is a tree of its own and the estimates are averaged: nothing is truncated on the way. */
export function* apart(problem: Quadratics, scheme: Scheme, rate: number): Generator<Float32Array> {
  const { start, gradients } = problem;
  const layout = layoutOf([{ name: "x", shape: [start.length] }]);
  const allReduces = gradients.map(() => new LocalAllReduce(scheme, layout, 1));
  const x = Float32Array.from(start);
  for (;;) {
    const estimates = allReduces.map((allReduce, i) => allReduce.round([Float32Array.from(gradients[i]!(x), (g) => rate * g)]));
    for (const estimate of estimates) addInto(x, estimate, -1 / estimates.length);
    yield x;
  }
}

/** f after exactly the given numbers of rounds, ascending. */
export function valuesAfter(rounds: readonly number[], path: Generator<Float32Array>, value: Quadratics["value"]): number[] {
  const found: number[] = [];
  for (let round = 1; round <= rounds.at(-1)!; round += 1) {
    const x: Float32Array = path.next().value;
    if (rounds.includes(round)) found.push(value(x));
  }
  return found;
}
