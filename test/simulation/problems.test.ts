import fc from "fast-check";
import { expect, it } from "vitest";
import { createHasher } from "../../shared/base/hash.ts";
import { plain } from "../../shared/compress/feedback/plain.ts";
import { none } from "../../shared/compress/none.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import type { Scheme } from "../../shared/compress/types.ts";
import { createLab, DivergedError } from "../../shared/simulation/lab/lab.ts";
import { parseLibsvm } from "../../shared/simulation/lab/libsvm.ts";
import { logisticProblem } from "../../shared/simulation/lab/logistic-problem.ts";
import { newtonMinimum } from "../../shared/simulation/lab/newton.ts";
import { meanGradient, type Problem } from "../../shared/simulation/lab/problem.ts";
import { parseQuadratic } from "../../shared/simulation/lab/quadratic-problem.ts";
import { softmaxProblem } from "../../shared/simulation/lab/softmax-problem.ts";
import { denseUpdate, zeroUpdate } from "../../shared/vector/update.ts";
import { quadraticFile } from "../support/quadratic-file.ts";
import { problemA, problemC } from "../support/quadratics.ts";

const hasher = await createHasher();

const quadratic = parseQuadratic(quadraticFile(problemC()), "c.json");
const rows = Array.from({ length: 40 }, (_, i) => `${i % 2 === 0 ? 1 : -1} 1:${Math.sin(i)} ${2 + (i % 3)}:${Math.cos(3 * i)}`);
const logistic = logisticProblem(parseLibsvm(rows.join("\n"), "rows"), { workers: 4, lambda: 1e-3 });

const threeLabels = parseLibsvm(rows.map((row, i) => row.replace(/^-?1/, String(i % 3))).join("\n"), "rows");
const softmax = softmaxProblem(threeLabels, { workers: 4, lambda: 1e-3 });

function expectClose(found: number, expected: number, tolerance: number): void {
  expect(Math.abs(found - expected), `${found} against ${expected}`).toBeLessThan(tolerance);
}

it.each([
  ["quadratics", quadratic],
  ["logistic regression", logistic],
  ["softmax regression", softmax],
] as const)("the gradient and the Hessian of %s are the slopes of the value and of the gradient", (_name, problem: Problem) => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 30, maxLength: 30 }), (point) => {
      const x = point.slice(0, problem.dimension);
      const gradient = meanGradient(problem, x);
      const hessian = problem.hessian(x);
      const step = 1e-5;
      for (let j = 0; j < problem.dimension; j += 1) {
        const [up, down] = [step, -step].map((change) => x.map((value, i) => value + (i === j ? change : 0)));
        expectClose((problem.value(up!) - problem.value(down!)) / (2 * step), gradient[j]!, 1e-7);
        const [above, below] = [meanGradient(problem, up!), meanGradient(problem, down!)];
        above.forEach((value, i) => {
          expectClose((value - below[i]!) / (2 * step), hessian[i * problem.dimension + j]!, 1e-7);
        });
      }
    }),
    { numRuns: 10 },
  );
});

it("Newton's method finds the optimum of problem C, F* = 2.212654642, in one step", () => {
  const optimum = newtonMinimum(quadratic)!;
  expectClose(optimum.value, 2.212654642, 1e-9);
  expect(optimum.gradientNorm).toBeLessThan(1e-12);
});

it("Newton's method finds no optimum where there is none", () => {
  const saddle = {
    start: [1, 1],
    workers: [
      {
        hessian: [
          [1, 0],
          [0, -1],
        ],
        linear: [0, 0],
        constant: 0,
      },
    ],
  };
  expect(newtonMinimum(parseQuadratic(JSON.stringify(saddle), "saddle.json"))).toBeNull();
});

it("logistic regression starts at log 2, and no value overflows far from the origin", () => {
  expectClose(logistic.value(new Float32Array(logistic.dimension)), Math.log(2), 1e-12);
  expect(Number.isFinite(logistic.value(new Float64Array(logistic.dimension).fill(1e6)))).toBe(true);
  expect(meanGradient(logistic, new Float64Array(logistic.dimension).fill(-1e6)).every(Number.isFinite)).toBe(true);
});

it("logistic regression deals the samples by label: the workers' gradients differ", () => {
  const [first, , , last] = Array.from({ length: 4 }, (_, i) => logistic.gradient(i, new Float64Array(logistic.dimension)));
  expect(first).not.toEqual(last);
});

it("logistic regression takes labels 1 and 2 for −1 and 1, and refuses three, or fewer samples than workers", () => {
  const renamed = rows.map((row) => row.replace(/^1 /, "2 ").replace(/^-1 /, "1 "));
  const x = Array.from({ length: logistic.dimension }, (_, j) => j - 1);
  expect(logisticProblem(parseLibsvm(renamed.join("\n"), "rows"), { workers: 4, lambda: 1e-3 }).value(x)).toBe(logistic.value(x));
  const of = (text: string, workers: number) => () => logisticProblem(parseLibsvm(text, "rows"), { workers, lambda: 1e-3 });
  expect(of("1 1:1\n2 1:1\n3 1:1", 1)).toThrow("expected two labels, got 3");
  expect(of("1 1:1\n2 1:1", 3)).toThrow("expected at least 3 samples for as many workers, got 2");
});

it("softmax regression starts at log 3 for three labels; with two it has the optimum of logistic regression at λ/2", () => {
  expectClose(softmax.value(new Float32Array(softmax.dimension)), Math.log(3), 1e-12);
  expect(Number.isFinite(softmax.value(Float64Array.from({ length: softmax.dimension }, (_, j) => 1e6 * (j - 5))))).toBe(true);
  expect(newtonMinimum(softmax)!.gradientNorm).toBeLessThan(1e-10);
  // W = (−x/2, x/2) has the margins of x and half its squared norm.
  const two = softmaxProblem(parseLibsvm(rows.join("\n"), "rows"), { workers: 4, lambda: 2e-3 });
  expectClose(newtonMinimum(two)!.value, newtonMinimum(logistic)!.value, 1e-10);
  expect(() => softmaxProblem(parseLibsvm("1 1:1\n1 1:2", "rows"), { workers: 1, lambda: 1 })).toThrow(
    "expected 2 to 1000 labels, got 1",
  );
});

it("the lab without compression is gradient descent on F, in float32", () => {
  const lab = createLab(logistic, { scheme: schemeOf("none"), tree: "binomial", seed: 1, rate: 0.5, hasher });
  const x = Float64Array.from(logistic.start);
  for (let round = 1; round <= 50; round += 1) {
    lab.step();
    meanGradient(logistic, x).forEach((slope, j) => {
      x[j]! -= 0.5 * slope;
    });
  }
  const report = lab.report();
  expect(report.round).toBe(50);
  expectClose(report.objective, logistic.value(x), 1e-6);
});

it("the lab answers methods that ask for gradients: importance on problem A ends where the reference does", () => {
  const problem = parseQuadratic(quadraticFile(problemA()), "a.json");
  const scheme = schemeOf("impk(5, cube=[0, 2], steps=10, step=1, refresh=1, units=absolute, start=warm, skip=[])");
  const lab = createLab(problem, { scheme, tree: "heap", seed: 1, rate: 1, hasher });
  for (let round = 1; round <= 10; round += 1) lab.step();
  expectClose(lab.report().objective, 4.854415782, 1e-5);
});

it("the lab says at which round a scheme diverges", () => {
  const lab = createLab(quadratic, { scheme: schemeOf("none"), tree: "heap", seed: 1, rate: 50, hasher });
  let rounds = 0;
  const run = (): void => {
    for (; rounds < 1000; rounds += 1) lab.step();
  };
  expect(run).toThrow(DivergedError);
  expect(Number.isFinite(lab.report().gradientNormSquared)).toBe(true);
  expect(rounds).toBeGreaterThan(3);
  expect(rounds).toBeLessThan(100);
});

it("the lab says so too where a residual overflows while the model stands still", () => {
  const still = plain(none());
  const scheme: Scheme = {
    ...still,
    init: () => ({ local: { residual: new Float32Array(30).fill(1) }, replicated: {} }),
    *encode(_x, local) {
      const residual = (local["residual"] as Float32Array).map((value) => 1e9 * value);
      const delivered = denseUpdate(residual);
      yield { kind: "reduce", update: delivered };
      return { local: { residual }, delivered };
    },
    decode: (_totals, _weight, replicated) => ({ estimate: zeroUpdate(30), replicated }),
  };
  const lab = createLab(quadratic, { scheme, tree: "heap", seed: 1, rate: 0.05, hasher });
  for (let round = 1; round <= 4; round += 1) lab.step();
  expect(() => lab.step()).toThrow(/^diverged at round 5: expected a summand that is finite in float32/);
});

const one = {
  hessian: [
    [2, 1],
    [1, 2],
  ],
  linear: [0, 0],
  constant: 0,
};

it.each([
  [
    "cut short",
    '{"start": [0, 0],\n"workers": [{"hess',
    'q.json:2: expected one of hessian, linear, constant in quotes, got "hess',
  ],
  ["without workers", '{"start": [0]}', "q.json:1: expected workers, got an object without it"],
  ["with no worker", '{"start": [0], "workers": []}', "q.json:1: expected at least 1 worker, got none"],
  ["with an unknown key", '{"start": [0],\n"worker": []}', 'q.json:2: expected one of start, workers, got "worker"'],
  ["with a key twice", '{"start": [0],\n"start": [0]}', "q.json:2: expected start once, got it twice"],
  ["with too large a number", '{"start": [0,\n1e999]}', "q.json:2: expected a finite number, got 1e999"],
  ["with NaN", '{"start": [0,\nNaN]}', "q.json:2: expected a number, got NaN"],
  [
    "with a start beyond float32",
    '{"start": [1e200], "workers": [{"hessian": [[1]], "linear": [0]}]}',
    "q.json:1: expected a start within float32",
  ],
  [
    "with text after it",
    '{"start": [0], "workers": [{"hessian": [[1]], "linear": [0]}]}\n x',
    "q.json:2: expected the end of the file, got x",
  ],
  [
    "with a missing linear term",
    '{"start": [0], "workers": [{"hessian": [[1]]}]}',
    "q.json:1: expected linear, got an object without it",
  ],
  [
    "with a ragged row",
    '{"start": [0, 0], "workers": [{"hessian": [[1, 0],\n[0]], "linear": [0, 0]}]}',
    "q.json:2: worker 0: expected row 1 of the hessian to have 2 numbers, got 1",
  ],
  [
    "with a missing row",
    JSON.stringify({ start: [0, 0], workers: [{ ...one, hessian: [[1, 0]] }] }),
    "q.json:1: worker 0: expected a hessian of 2 rows, as start has numbers, got 1",
  ],
  [
    "with a short linear term",
    JSON.stringify({ start: [0, 0], workers: [one, { ...one, linear: [0] }] }),
    "q.json:1: worker 1: expected a linear term of 2 numbers, as start has, got 1",
  ],
  [
    "that is not symmetric",
    '{"start": [0, 0], "workers": [{"linear": [0, 0], "hessian": [[1, 2],\n[3, 1]]}]}',
    "q.json:2: worker 0: expected a symmetric hessian, got 3 at (1, 0) and 2 at (0, 1)",
  ],
])("a quadratic file %s is refused with its line", (_what, text, message) => {
  expect(() => parseQuadratic(text, "q.json")).toThrow(message);
});

it("a quadratic file cut anywhere is refused, never half read", () => {
  const text = JSON.stringify({ start: [0, 1], workers: [one, one] }, null, 1);
  for (let length = 0; length < text.length; length += 1) {
    expect(() => parseQuadratic(text.slice(0, length), "q.json"), `${length} of ${text.length}`).toThrow(
      /^q\.json:\d+: expected/,
    );
  }
  expect(parseQuadratic(text, "q.json").value([1, 1])).toBe(3);
});
