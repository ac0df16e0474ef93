import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../../shared/base/layout.ts";
import { seeded } from "../../../shared/base/random.ts";
import { createContexts } from "../../../shared/compress/context.ts";
import { ef14 } from "../../../shared/compress/feedback/ef14.ts";
import { plain } from "../../../shared/compress/feedback/plain.ts";
import { scam } from "../../../shared/compress/feedback/scam.ts";
import { type ImpKOptions, impK } from "../../../shared/compress/sparsifiers/imp-k.ts";
import { importance, type Region } from "../../../shared/compress/sparsifiers/importance.ts";
import type { Operator } from "../../../shared/compress/sparsifiers/operators.ts";
import { sparse } from "../../../shared/compress/sparsifiers/sparse.ts";
import { applied } from "../../../shared/compress/sparsifiers/sparsifier.ts";
import { topK } from "../../../shared/compress/sparsifiers/top-k.ts";
import { schemeOf } from "../../../shared/compress/text/scheme-of.ts";
import { LocalAllReduce } from "../../../shared/simulation/lab/local-all-reduce.ts";
import { addInto, indicesOf, toDense } from "../../../shared/vector/update.ts";
import { descent, problemA, problemC, valuesAfter } from "../../support/quadratics.ts";
import { layoutOfLength } from "../draws.ts";

const five = { kind: "count", count: 5 } as const;
const cube = (low: number, high: number): Region => ({ kind: "cube", low, high });
const simplex = (entropy: number, per: "tensor" | "vector" = "tensor"): Region => ({ kind: "simplex", per, entropy });
const layout = layoutOf([{ name: "x", shape: [100] }]);
const contextOf = createContexts({ seed: 5, seat: 0, parameters: () => new Float32Array(100) });

/** As the reference values have it: η in units of 1/f, each refresh warm from the one before. */
const reference = {
  ...({ operator: 5, steps: 10, rate: 1, refresh: 1, skip: [] } as const),
  ...({ units: "absolute", start: "warm", batch: "same" } as const),
};

function imp(region: Region, options: Partial<ImpKOptions> = {}) {
  return impK(five, { region, ...reference, ...options });
}

describe("impk(5) on problem A, γ = 1, η = 1, λ = 0, 10 inner steps every round (f after 10 and 100 rounds)", () => {
  it.each([
    ["cube [0, 2]", cube(0, 2), 4.854415782, 0.01099711],
    ["simplex", simplex(0), 4.842797516, 0.058143713],
  ] as const)("over the %s descends as the reference does", (_name, region, at10, at100) => {
    const problem = problemA();
    const [ten, hundred] = valuesAfter([10, 100], descent(problem, plain(sparse(imp(region))), 1), problem.value);
    expect(Math.abs(ten! / at10 - 1), `${ten}`).toBeLessThan(1e-6);
    expect(Math.abs(hundred! / at100 - 1), `${hundred}`).toBeLessThan(1e-4);
  });

  it("over the cube [1, 2] with γ = ½ and η = 4 is topk with γ = 1, to the bit", () => {
    const impk = descent(problemA(), plain(sparse(imp(cube(1, 2), { rate: 4 }))), 0.5);
    const topk = descent(problemA(), plain(sparse(topK(five))), 1);
    for (let round = 0; round < 50; round += 1) expect(impk.next().value).toEqual(topk.next().value);
  });

  it.each(["paper", "reset", "decay"] as const)(
    "over [1, 2] inside SCAM, mode %s, ends below top-k inside it at γ = ½",
    (mode) => {
      const problem = problemA();
      const [learnt] = valuesAfter([100], descent(problem, scam(imp(cube(1, 2)), { mode }), 0.5), problem.value);
      const [largest] = valuesAfter([100], descent(problem, scam(topK(five), { mode }), 0.5), problem.value);
      expect(learnt!).toBeLessThan(largest!);
    },
  );

  it("inside SCAM chooses by |w⊙(ε + x)| and sends w⊙x, w applied once", () => {
    const scheme = scam(impK({ kind: "count", count: 1 }, unrefreshed), { mode: "reset" });
    const weights = Float32Array.of(1, 1.5, 2);
    const local = { scores: weights, weights, residual: Float32Array.of(5, 5, 2) };
    const exchange = scheme.encode(Float32Array.of(2, 1, 1.5), local, {}, contextOf({ layout, round: 2, members: 1 }));
    const asked = exchange.next().value;
    expect(asked).toMatchObject({ update: { support: { indices: Uint32Array.of(1) }, values: { data: Float32Array.of(1.5) } } });
  });
});

const absolute = { skip: [], units: "absolute" } as const;

/** Not refreshed in round 2. */
const unrefreshed: ImpKOptions = { ...reference, region: cube(1, 2), refresh: 5 };

describe("an importance vector", () => {
  it.each([0.25, 0.5, 1])("anywhere in [1, 2]^d keeps bound (7) with operator 5, γ = %f", (rate) => {
    const { start, gradients, value } = problemA();
    const rng = seeded(3, "weights");
    const x = Float32Array.from(start);
    const sparsifier = imp(cube(1, 2));
    let bound = value(x);
    for (let round = 1; round <= 300; round += 1) {
      const weights = Float32Array.from({ length: 100 }, () => 1 + rng.uniform());
      const local = { scores: weights, weights };
      const given = Float32Array.from(gradients[0]!(x), (g) => rate * g);
      const sent = toDense(applied(given, sparsifier.select(given, local, contextOf({ layout, round, members: 1 }))));
      for (let i = 0; i < 100; i += 1) x[i]! -= sent[i]!;
      bound *= 1 - 0.1 * rate * (1 - rate) * 0.05;
      expect(value(x)).toBeLessThanOrEqual(bound * (1 + 1e-5));
    }
  });

  it("stays in its set and moves along the slope, whatever the slope", () => {
    const rng = seeded(4, "slopes");
    const two = layoutOf([
      { name: "a", shape: [30] },
      { name: "b", shape: [70] },
    ]);
    for (const size of [1e-3, 1, 1e3, 1e30]) {
      const slopes = Float64Array.from({ length: 100 }, () => size * rng.normal());
      const sums = (region: Region): readonly [number, number, number] => {
        const q = importance(two, region, absolute);
        let scores = q.init();
        for (let step = 0; step < 5; step += 1) scores = q.step(scores, (i) => slopes[i]!, 1);
        const weights = q.weights(scores);
        for (const weight of weights) expect(weight).toBeGreaterThanOrEqual(0);
        for (const score of scores) expect(Number.isFinite(score)).toBe(true);
        const sum = (part: Float32Array): number => part.reduce((total, weight) => total + weight, 0);
        return [sum(weights.subarray(0, 30)), sum(weights.subarray(30)), Math.max(...weights)];
      };
      const [first, second] = sums(simplex(0));
      expect(first).toBeCloseTo(30, 3);
      expect(second).toBeCloseTo(70, 3);
      const [a, b] = sums(simplex(1e-3, "vector"));
      expect(a + b).toBeCloseTo(100, 3);
      expect(sums(cube(0, 2))[2]).toBeLessThanOrEqual(2);
    }
  });

  it("on the capped simplex is the nearest there to e^ℓ: min(most, c·e^ℓ), all of which sum to d, however far apart", () => {
    const score = fc.oneof(fc.float({ min: -5, max: 0, noNaN: true }), fc.constantFrom(0, -1e30, -800, -1600));
    fc.assert(
      fc.property(
        fc.array(score, { minLength: 3, maxLength: 40 }),
        fc.double({ min: 1.01, max: 30, noNaN: true }),
        (given, most) => {
          const scores = Float32Array.from(given);
          const capped = layoutOf([{ name: "x", shape: [given.length] }]);
          const weights = importance(capped, { kind: "simplex", per: "tensor", entropy: 0, most }, absolute).weights(scores);
          expect(Math.abs(weights.reduce((sum, weight) => sum + weight, 0) / given.length - 1)).toBeLessThan(1e-5);
          const free = [...weights.keys()].filter((i) => weights[i]! < most * (1 - 1e-6));
          for (const [i, weight] of weights.entries()) {
            expect(weight).toBeLessThanOrEqual(Math.fround(most) * (1 + 1e-6));
            for (const j of free) {
              if (Math.abs(scores[i]! - scores[j]!) > 100) continue;
              const ratio = Math.exp(scores[i]! - scores[j]!);
              if (free.includes(i)) expect(Math.abs(weight - ratio * weights[j]!)).toBeLessThan(1e-4 * most);
              else expect(scores[i]!).toBeGreaterThanOrEqual(scores[j]!);
            }
          }
        },
      ),
    );
  });

  it.each([simplex(1e-3), simplex(0, "vector"), cube(0, 2)])("keeps w = 1 on the tensors that are skipped (%o)", (region) => {
    const named = layoutOf([
      { name: "layer/weights", shape: [8] },
      { name: "layer/Bias", shape: [2] },
    ]);
    const q = importance(named, region, { ...absolute, skip: ["bias"] });
    const weights = q.weights(q.step(q.init(), (i) => i - 3, 0.5));
    expect([...weights.subarray(8)]).toEqual([1, 1]);
    expect(new Set(weights.subarray(0, 8)).size).toBeGreaterThan(1);
  });

  it("with an entropy weight forgets: without slope it returns to 1", () => {
    const q = importance(layout, simplex(1), absolute);
    let scores = q.step(q.init(), (i) => i / 10, 1);
    for (let step = 0; step < 60; step += 1) scores = q.step(scores, () => 0, 1);
    for (const weight of q.weights(scores)) expect(weight).toBeCloseTo(1, 5);
  });
});

describe("impk inside ef14", () => {
  /** |x| after 400 rounds, or once it is large, on ½hx² with γh as given and one weight for ever. */
  const endsAt = (weight: number, rate: number): number => {
    const allReduce = new LocalAllReduce(ef14(sparse(imp(cube(weight, weight))), { decay: 1 }), layoutOfLength(1), 1);
    const x = Float32Array.of(1);
    for (let round = 0; round < 400 && Math.abs(x[0]!) < 1e6; round += 1) {
      const given = [x.map((value) => rate * value)];
      addInto(
        x,
        allReduce.round(given, undefined, () => x),
        -1,
      );
    }
    return Math.abs(x[0]!);
  };

  it.each([0.1, 0.5, 1])(
    "at γh = %f bears a weight up to 4/(2 + γh) on a coordinate that is always sent, and none beyond",
    (rate) => {
      const most = 4 / (2 + rate);
      for (const weight of [0.5, 1, 0.95 * most]) expect(endsAt(weight, rate)).toBeLessThan(0.01);
      for (const weight of [1.05 * most, 2]) expect(endsAt(weight, rate)).toBeGreaterThan(10);
    },
  );

  it.each([0.1, 0.3])(
    "has its region cut to weights that bear it, γ = %f: five workers that differ stay together where the whole cube drives them apart",
    (rate) => {
      const problem = problemC();
      const whole = impK(
        { kind: "count", count: 3 },
        { ...reference, region: cube(0, 2), refresh: 10, steps: 5, units: "relative" },
      );
      const [apart, together] = [whole, whole.inFeedback!].map((sparsifier) => {
        const [value] = valuesAfter([600], descent(problem, ef14(sparse(sparsifier), { decay: 1 }), rate), problem.value);
        return value! - problem.optimum;
      });
      expect(apart!).toBeGreaterThan(1e6);
      expect(together!).toBeLessThan(0.2);
    },
  );

  it.each(["ef14(impk(3, cube=[0, 2]))", "ef14(impk(3, most=100))", "ef21(impk(3, cube=[1.8, 2]))"])(
    "as in %s, is that cut region, whatever it was given",
    (scheme) => {
      const problem = problemC();
      const [value] = valuesAfter([600], descent(problem, schemeOf(scheme.replace("))", ", start=warm))")), 0.1), problem.value);
      expect(value! - problem.optimum).toBeLessThan(0.2);
    },
  );
});

describe("the operators", () => {
  const weights = Float32Array.from({ length: 100 }, (_, i) => (i < 50 ? 0 : 1 + (i % 7)));
  const local = { scores: weights, weights };
  const x = Float32Array.from({ length: 100 }, (_, i) => 100 - i);
  const apply = (operator: Operator, round = 1) => {
    const sparsifier = imp(cube(0, 8), { operator });
    const choice = sparsifier.select(x, local, contextOf({ layout, round, members: 1 }));
    return { support: indicesOf({ support: choice.support, length: 100 })!, sent: applied(x, choice).values.data };
  };

  it("(3) and (5) choose by w and by |w⊙x|, and (5) alone of them sends w⊙x", () => {
    const byWeight = apply(3);
    expect([...byWeight.support]).toEqual([55, 62, 69, 76, 83]);
    expect([...byWeight.sent]).toEqual([45, 38, 31, 24, 17]);
    const byProduct = apply(5);
    expect([...byProduct.support]).toEqual([53, 54, 55, 61, 62]);
    expect([...byProduct.sent]).toEqual([5 * 47, 6 * 46, 7 * 45, 6 * 39, 7 * 38]);
  });

  it("(4) and (6) draw one support from one stream, ascending, never a weight of 0; (6) sends w⊙x", () => {
    for (let round = 1; round <= 50; round += 1) {
      const { support, sent } = apply(4, round);
      expect(new Set(support).size).toBe(5);
      for (const i of support) expect(weights[i]).toBeGreaterThan(0);
      expect([...support]).toEqual([...support].sort((a, b) => a - b));
      expect([...sent]).toEqual([...support].map((i) => x[i]!));
      expect([...apply(6, round).sent]).toEqual([...support].map((i) => weights[i]! * x[i]!));
    }
  });

  it("(4) with k = 1 draws in proportion to w", () => {
    const sparsifier = impK({ kind: "count", count: 1 }, { ...reference, region: cube(0, 8), operator: 4 });
    const three = Float32Array.of(1, 3, 6);
    const counts = [0, 0, 0];
    const rounds = 20_000;
    for (let round = 1; round <= rounds; round += 1) {
      const context = contextOf({ layout: layoutOfLength(3), round, members: 1 });
      const { support } = sparsifier.select(three, { scores: three, weights: three }, context);
      counts[indicesOf({ support, length: 3 })![0]!]! += 1;
    }
    for (const [i, count] of counts.entries()) expect(Math.abs(count / rounds - three[i]! / 10)).toBeLessThan(0.015);
  });
});

describe("a refresh", () => {
  const direction = new Float32Array(100).fill(6);

  it("asks at x − w⊙Δ with Δ before its weight, so that a peer's samples do not change what it learns", () => {
    const learnt = [1, 3].map((weight) => {
      const sparsifier = imp(cube(0, 2), { steps: 1 });
      const context = contextOf({ layout, round: 1, members: 1, weight });
      const exchange = sparsifier.learn!(
        Float32Array.from(direction, (value) => value * weight),
        sparsifier.init(layout),
        context,
      );
      const asked = exchange.next().value;
      expect(asked).toEqual({ kind: "gradient", batch: "same", at: new Float32Array(100).fill(-6) });
      return exchange.next({ kind: "gradient", gradient: new Float32Array(100).fill(0.125) }).value;
    });
    expect(learnt[0]).toEqual({ scores: new Float32Array(100).fill(1.75), weights: new Float32Array(100).fill(1.75) });
    expect(learnt[1]).toEqual(learnt[0]);
  });

  it("comes every N rounds, and asks for nothing in between", () => {
    const sparsifier = imp(simplex(0), { refresh: 4 });
    const local = sparsifier.init(layout);
    const asking = Array.from({ length: 12 }, (_, i) => i + 1).filter(
      (round) => sparsifier.learn!(direction, local, contextOf({ layout, round, members: 1 })).next().done !== true,
    );
    expect(asking).toEqual([1, 5, 9]);
  });

  it("ends where it stands at a gradient that is not finite", () => {
    const sparsifier = imp(cube(0, 2));
    const local = sparsifier.init(layout);
    const exchange = sparsifier.learn!(direction, local, contextOf({ layout, round: 1, members: 1 }));
    exchange.next();
    expect(exchange.next({ kind: "gradient", gradient: new Float32Array(100).fill(Number.NaN) })).toEqual({
      done: true,
      value: local,
    });
  });
});
