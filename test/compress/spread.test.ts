import { describe, expect, it } from "vitest";
import { layoutOf } from "../../shared/base/layout.ts";
import { efBv } from "../../shared/compress/feedback/ef-bv.ts";
import { svd } from "../../shared/compress/low-rank/svd.ts";
import { none } from "../../shared/compress/none.ts";
import { natural } from "../../shared/compress/quantizers/natural.ts";
import { qsgd } from "../../shared/compress/quantizers/qsgd.ts";
import { asFloats } from "../../shared/compress/quantizers/quantizer.ts";
import { sign } from "../../shared/compress/quantizers/sign.ts";
import { randK } from "../../shared/compress/sparsifiers/rand-k.ts";
import { sparse } from "../../shared/compress/sparsifiers/sparse.ts";
import { everything } from "../../shared/compress/sparsifiers/sparsifier.ts";
import { topK, topKPerTensor, topKSampled } from "../../shared/compress/sparsifiers/top-k.ts";
import { SchemeError } from "../../shared/compress/text/grammar.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import type { Compressor } from "../../shared/compress/types.ts";
import { toDense } from "../../shared/vector/update.ts";
import { contextAt, gaussian, squared, squaredError } from "./draws.ts";

const layout = layoutOf([
  { name: "kernel", shape: [100] },
  { name: "bias", shape: [20] },
]);
const twelve = { kind: "count", count: 12 } as const;
const random = (isScaled: boolean, isSeeded = false) => randK(twelve, { isScaled, isSeeded });

/** What one peer sends of x in that round. */
function sentOf(compressor: Compressor, x: Float32Array, round: number): Float32Array {
  const { local, replicated } = compressor.init(layout);
  const asked = compressor.run(x, local, replicated, contextAt(layout, round)).next();
  if (asked.done === true || asked.value.kind !== "reduce") throw new Error("expected a sum to be asked for");
  return toDense(asked.value.update);
}

const declared: readonly (readonly [string, Compressor])[] = [
  ["none", none()],
  ["topk", sparse(topK(twelve))],
  ["topk sampled", sparse(topKSampled(twelve))],
  ["topk per tensor", sparse(topKPerTensor(twelve))],
  ["randk", sparse(random(false))],
  ["randk scaled", sparse(random(true))],
  ["randk scaled, seeded", sparse(random(true, true))],
  ["qsgd", sparse(everything, asFloats(qsgd({ levels: 4, bucket: 128 })))],
  ["natural", sparse(everything, asFloats(natural))],
  ["topk | qsgd", sparse(topK(twelve), asFloats(qsgd({ levels: 4, bucket: 8 })))],
  ["randk scaled | natural", sparse(random(true), asFloats(natural))],
];

describe("the class that a compressor declares", () => {
  it.each(declared)("holds for %s: ‖E C(x) − x‖ ≤ η‖x‖ and E‖C(x) − E C(x)‖² ≤ ω‖x‖²", (_name, compressor) => {
    const { bias, variance } = compressor.spread!(layout, { round: 1, members: 5 });
    const x = gaussian(layout.length, "spread");
    const rounds = 4000;
    const draws = Array.from({ length: rounds }, (_, round) => sentOf(compressor, x, round + 1));
    const mean = new Float64Array(x.length);
    for (const draw of draws) for (let i = 0; i < mean.length; i += 1) mean[i]! += draw[i]! / rounds;
    const spread = draws.reduce((sum, draw) => sum + squaredError(draw, mean), 0) / rounds / squared(x);
    expect(spread).toBeLessThanOrEqual(variance * 1.03 + 1e-12);
    // The mean of so many draws is still off by √(ω / rounds).
    expect(Math.sqrt(squaredError(mean, x) / squared(x))).toBeLessThanOrEqual(bias + 1.2 * Math.sqrt(variance / rounds) + 1e-6);
  });

  it("is exact for randk: η = 1 − k/d, ω = (k/d)(1 − k/d); scaled, η = 0, ω = d/k − 1", () => {
    expect(random(false).spread!(layout, { round: 1, members: 5 })).toMatchObject({ bias: 0.9, variance: 0.1 * 0.9 });
    expect(random(true).spread!(layout, { round: 1, members: 5 })).toMatchObject({ bias: 0, variance: 9 });
  });

  it("is absent where none is known, and there ef-bv must be told λ and ν", () => {
    for (const compressor of [svd(2), sparse(topK(twelve), asFloats(sign)), sparse(everything, asFloats(sign))]) {
      expect(compressor.spread).toBeUndefined();
      expect(() => efBv(compressor, { lambda: 1 })).toThrow(RangeError);
      expect(() => efBv(compressor, { lambda: 1, nu: 1 })).not.toThrow();
    }
    expect(() => schemeOf("ef-bv(svd(2))")).toThrow(SchemeError);
    expect(() => schemeOf("ef-bv(sign, nu=1)")).toThrow("ef-bv: expected lambda and nu, for a compressor whose");
    expect(() => schemeOf("ef-bv(sign, lambda=0.5, nu=1)")).not.toThrow();
    expect(() => schemeOf("ef-bv(topk(1%) | qsgd(8), lambda=2)")).toThrow("lambda: a number from 0.000001 to 1, got 2");
  });

  it("follows a k that warms up", () => {
    const warming = sparse(randK({ ...twelve, warmUp: 5 }, { isScaled: true, isSeeded: false }));
    expect([1, 2, 6].map((round) => warming.spread!(layout, { round, members: 5 }).variance)).toEqual([3, 9, 9]);
  });
});
