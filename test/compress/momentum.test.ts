import { describe, expect, it } from "vitest";
import { layoutOf } from "../../shared/base/layout.ts";
import { seeded } from "../../shared/base/random.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import { LocalAllReduce } from "../../shared/simulation/lab/local-all-reduce.ts";
import { toDense } from "../../shared/vector/update.ts";
import { descent, dot, problemC, type Quadratics, valuesAfter } from "../support/quadratics.ts";
import { gaussian, layoutOfLength, squared } from "./draws.ts";

const d = 30;
const layout = layoutOfLength(d);

/** Lin et al. 2018, Algorithm 4 for one worker and one value a round: what is sent, from gradient to gradient. */
function deepGradientCompression(mu: number) {
  const u = new Float32Array(d);
  const v = new Float32Array(d);
  return (gradient: Float32Array): Float32Array => {
    for (let i = 0; i < d; i += 1) {
      u[i] = mu * u[i]! + gradient[i]!;
      v[i] = v[i]! + u[i]!;
    }
    let largest = 0;
    for (let i = 1; i < d; i += 1) if (Math.abs(v[i]!) > Math.abs(v[largest]!)) largest = i;
    const sent = new Float32Array(d);
    sent[largest] = v[largest]!;
    u[largest] = 0;
    v[largest] = 0;
    return sent;
  };
}

/** One worker, κ = 1,000, L = 1: f = ½(x − 1)ᵀH(x − 1). */
function illConditioned(): Quadratics {
  const v = Array.from({ length: 50 }, (_, j) => Math.sin(j + 1));
  const reflect = (x: readonly number[]): number[] => x.map((value, i) => value - ((2 * dot(v, x)) / dot(v, v)) * v[i]!);
  const hessian = (x: readonly number[]): number[] => reflect(reflect(x).map((value, j) => value * 1000 ** (-1 + j / 49)));
  const error = (x: ArrayLike<number>): number[] => Array.from(x, (value) => value - 1);
  return {
    start: new Array<number>(50).fill(0),
    gradients: [(x) => hessian(error(x))],
    value: (x) => 0.5 * dot(error(x), hessian(error(x))),
  };
}

describe("ef14 with momentum", () => {
  it.each([0.5, 0.9])("μ = %f of one worker with top-1 sends, bit for bit, what Deep Gradient Compression sends", (mu) => {
    const allReduce = new LocalAllReduce(schemeOf(`ef14(topk(1), momentum=${mu})`), layout, 1);
    const reference = deepGradientCompression(mu);
    const rng = seeded(1, "gradients");
    for (let round = 0; round < 200; round += 1) {
      const gradient = gaussian(d, rng);
      expect(toDense(allReduce.round([gradient]))).toEqual(reference(gradient));
    }
  });

  it("of 0 is ef14 without: the same slots, bit for bit", () => {
    const one = descent(problemC(), schemeOf("ef14(topk(2), momentum=0)"), 0.05);
    const other = descent(problemC(), schemeOf("ef14(topk(2))"), 0.05);
    for (let round = 0; round < 50; round += 1) expect(one.next().value).toEqual(other.next().value);
    expect(Object.keys(schemeOf("ef14(topk(2), momentum=0)").init(layout).local)).toEqual(["residual"]);
  });

  it.each(
    ["topk(3)", "topk(3) | qsgd(2)", "randk(10%, seeded=1)", "svd(1)", "sign"].flatMap((text) =>
      [1, 2, 5, 12].map((peers) => [text, peers] as const),
    ),
  )("around %s of %i peers loses nothing of what momentum adds: Σ residuals + Σ totals = Σ m", (text, peers) => {
    const matrix = layoutOf([{ name: "m", shape: [5, 6] }]);
    const allReduce = new LocalAllReduce(schemeOf(`ef14(${text}, momentum=0.9)`), matrix, peers);
    const rng = seeded(peers, "mass");
    const balance = new Float64Array(d);
    let size = 0;
    for (let round = 0; round < 8; round += 1) {
      const xs = allReduce.local.map(() => gaussian(d, rng));
      for (const [peer, { momentum }] of allReduce.local.entries())
        for (let i = 0; i < d; i += 1) balance[i]! += 0.9 * (momentum as Float32Array)[i]! + xs[peer]![i]!;
      size += squared(balance);
      const estimate = toDense(allReduce.round(xs, rng));
      for (let i = 0; i < d; i += 1) balance[i]! -= peers * estimate[i]!;
    }
    for (const { residual } of allReduce.local) for (let i = 0; i < d; i += 1) balance[i]! -= (residual as Float32Array)[i]!;
    expect(Math.sqrt(squared(balance) / size)).toBeLessThan(1e-6);
  });

  it("leaves no momentum where an update was sent, and lets it run on where it waits", () => {
    const allReduce = new LocalAllReduce(schemeOf("ef14(topk(1), momentum=0.5)"), layoutOfLength(3), 1);
    for (let round = 0; round < 3; round += 1) allReduce.round([Float32Array.of(100, 2, -1)]);
    // 2 + 3 + 3.5 and its negative half wait: the displacement of a heavy ball.
    expect(allReduce.local[0]!["momentum"]).toEqual(Float32Array.of(0, 3.5, -1.75));
    expect(allReduce.local[0]!["residual"]).toEqual(Float32Array.of(0, 8.5, -4.25));
  });

  it("gathers a round that went on without it as any other, and a delivered update that comes back moves nothing but the residual", () => {
    const scheme = schemeOf("ef14(topk(1), momentum=0.5)");
    const local = { residual: Float32Array.of(1, 2, 3), momentum: Float32Array.of(4, 0, -2) };
    expect(scheme.onExcluded(Float32Array.of(1, 1, 1), local)).toEqual({
      residual: Float32Array.of(4, 3, 3),
      momentum: Float32Array.of(3, 1, 0),
    });
    const allReduce = new LocalAllReduce(scheme, layoutOfLength(3), 1);
    allReduce.round([Float32Array.of(5, 1, 1)]);
    const after = scheme.onRollback(allReduce.decisions[0]!.totals[0]!, allReduce.local[0]!);
    expect(after).toEqual({ residual: Float32Array.of(5, 1, 1), momentum: Float32Array.of(0, 1, 1) });
  });

  it("on an ill-conditioned quadratic ends lower than without, each at the best step of its own", () => {
    const best = (scheme: string, rates: readonly number[]): number =>
      Math.min(
        ...rates.map((rate) => {
          const problem = illConditioned();
          return valuesAfter([300], descent(problem, schemeOf(scheme), rate), problem.value)[0]!;
        }),
      );
    const without = best("ef14(topk(5))", [0.8, 1.2, 1.6, 1.8]);
    expect(best("ef14(topk(5), momentum=0.9)", [0.3, 0.4, 0.5])).toBeLessThan(0.6 * without);
  });
});
