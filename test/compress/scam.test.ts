import { describe, expect, it } from "vitest";
import { layoutOf } from "../../shared/base/layout.ts";
import { seeded } from "../../shared/base/random.ts";
import { createContexts } from "../../shared/compress/context.ts";
import { scam } from "../../shared/compress/feedback/scam.ts";
import { topK } from "../../shared/compress/sparsifiers/top-k.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import { LocalAllReduce } from "../../shared/simulation/lab/local-all-reduce.ts";
import { toDense, zeroUpdate } from "../../shared/vector/update.ts";
import { descent, dot, problemA, problemC, valuesAfter } from "../support/quadratics.ts";

const top = (count: number) => topK({ kind: "count", count });

describe("scam(topk(5)) on problem A at γ = 1 (f after 10 and 100 rounds)", () => {
  it.each([
    ["paper", 7.259605721, 0.4308061951],
    ["reset", 6.965832884, 0.4795032256],
    ["decay", 7.199927021, 0.3837399181],
  ] as const)("mode %s descends as the reference does", (mode, at10, at100) => {
    const problem = problemA();
    const [ten, hundred] = valuesAfter([10, 100], descent(problem, scam(top(5), { mode }), 1), problem.value);
    expect(Math.abs(ten! / at10 - 1)).toBeLessThan(1e-6);
    expect(Math.abs(hundred! / at100 - 1)).toBeLessThan(1e-4);
  });

  it.each([0.25, 1])("reset keeps bound (10) at every step, γ = %f: f⁺ ≤ (1 − μγ(2 − Lγ)δ)·f", (rate) => {
    const { start, gradients, value } = problemA();
    const allReduce = new LocalAllReduce(scam(top(5), { mode: "reset" }), layoutOf([{ name: "x", shape: [100] }]), 1);
    const x = Float32Array.from(start);
    for (let round = 0; round < 200; round += 1) {
      const before = value(x);
      const given = Float32Array.from(gradients[0]!(x), (g) => rate * g);
      const sent = toDense(allReduce.round([given]));
      const delta = dot(sent, sent) / dot(given, given);
      for (let i = 0; i < x.length; i += 1) x[i]! -= sent[i]!;
      expect(value(x)).toBeLessThanOrEqual((1 - 0.1 * rate * (2 - rate) * delta) * before * (1 + 1e-5));
    }
  });

  it("as published leaves the residual of a coordinate that is sent in place, and stalls far behind reset", () => {
    const problem = problemA();
    const [paper] = valuesAfter([1000], descent(problem, scam(top(5), { mode: "paper" }), 1), problem.value);
    const [reset] = valuesAfter([1000], descent(problem, scam(top(5), { mode: "reset" }), 1), problem.value);
    expect(reset!).toBeLessThan(paper!);
  });
});

describe("scam over the tree", () => {
  const layout = layoutOf([
    { name: "x", shape: [30] },
    { name: "b", shape: [10] },
  ]);

  it.each(
    [1, 2, 5, 12].flatMap((peers) =>
      ["topk(3)", "topk(10%, tensor=1)", "randk(3, seeded=1)"].map((text) => [text, peers] as const),
    ),
  )("around %s of %i peers loses no mass as published: Σ residuals + Σ totals = Σ updates", (text, peers) => {
    const rng = seeded(peers, "mass");
    const allReduce = new LocalAllReduce(schemeOf(`scam(${text}, mode=paper)`), layout, peers);
    const balance = new Float64Array(40);
    for (let round = 0; round < 8; round += 1) {
      const xs = Array.from({ length: peers }, () => Float32Array.from({ length: 40 }, () => rng.normal()));
      for (const x of xs) for (let i = 0; i < 40; i += 1) balance[i]! += x[i]!;
      const estimate = toDense(allReduce.round(xs, rng));
      for (let i = 0; i < 40; i += 1) balance[i]! -= peers * estimate[i]!;
    }
    for (const { residual } of allReduce.local) for (let i = 0; i < 40; i += 1) balance[i]! -= (residual as Float32Array)[i]!;
    for (const left of balance) expect(Math.abs(left)).toBeLessThan(1e-4);
  });

  it.each([
    ["paper", [4, 3, 4]],
    ["reset", [0, 3, 4]],
    ["decay", [3.8, 2.85, 3.75]],
  ] as const)("mode %s: the residual chooses with the update, the update alone is sent", (mode, expected) => {
    const tiny = layoutOf([{ name: "x", shape: [3] }]);
    const scheme = scam(top(1), { mode });
    const context = createContexts({ seed: 1, seat: 0, parameters: () => new Float32Array(3) })({
      layout: tiny,
      round: 1,
      members: 1,
    });
    const exchange = scheme.encode(Float32Array.of(2, 0, -1), { residual: Float32Array.of(4, 3, 5) }, {}, context);
    const asked = exchange.next();
    if (asked.done === true || asked.value.kind !== "reduce") throw new Error("expected a sum");
    expect(toDense(asked.value.update)).toEqual(Float32Array.of(2, 0, 0));
    const answered = exchange.next({ kind: "reduced", total: asked.value.update, rest: zeroUpdate(3) });
    if (answered.done !== true) throw new Error("expected the end");
    for (const [i, value] of answered.value.local.residual.entries()) expect(value).toBeCloseTo(expected[i]!, 6);
  });

  it("keeps the update of a round that went on without it, and writes to no state it is given", () => {
    const scheme = scam(top(1), { mode: "reset" });
    const { local } = scheme.init(layout);
    const x = Float32Array.from({ length: 40 }, (_, i) => i);
    expect(scheme.onExcluded(x, local).residual).toEqual(x);
    expect(local.residual.every((value) => value === 0)).toBe(true);
  });

  it("with different data at different peers has a bias that no step size removes", () => {
    const problem = problemC();
    const gaps = [0.05, 0.0125].map((rate) => {
      const [value] = valuesAfter([40 / rate], descent(problem, scam(top(2), { mode: "reset" }), rate), problem.value);
      return value! - problem.optimum;
    });
    for (const gap of gaps) expect(gap).toBeGreaterThan(1e-2);
  });
});
