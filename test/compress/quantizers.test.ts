import { describe, expect, it } from "vitest";
import { seeded } from "../../shared/base/random.ts";
import { natural } from "../../shared/compress/quantizers/natural.ts";
import { qsgd } from "../../shared/compress/quantizers/qsgd.ts";
import type { Quantizer } from "../../shared/compress/quantizers/quantizer.ts";
import { sign } from "../../shared/compress/quantizers/sign.ts";
import { twoLevel } from "../../shared/compress/quantizers/two-level.ts";
import { allFinite } from "../../shared/vector/update.ts";
import { gaussian, moments, squared, squaredError } from "./draws.ts";

const largest = Math.fround(3.4028234663852886e38);
const smallest = 2 ** -149;
const rng = () => seeded(3, "quantizer");

/** As `moments`, over draws of one quantizer. */
function momentsOf(quantize: Quantizer, x: Float32Array, trials = 2000) {
  const draws = rng();
  return moments(x, trials, () => quantize(x, draws));
}

describe("qsgd", () => {
  it.each([
    [1, 128],
    [4, 128],
    [8, 128],
    [64, 128],
    [4, 16],
    [2, 100],
  ])("of %i levels in buckets of %i is unbiased with variance at most min(b/s², √b/s)", (levels, bucket) => {
    const { error, bias } = momentsOf(qsgd({ levels, bucket }), gaussian(384, "qsgd"));
    expect(error).toBeLessThanOrEqual(Math.min(bucket / levels ** 2, Math.sqrt(bucket) / levels));
    expect(bias).toBeLessThan(1.2);
  });

  it("gives whole levels of each bucket's own norm", () => {
    const x = gaussian(300, "levels");
    const found = qsgd({ levels: 4, bucket: 128 })(x, rng());
    for (let i = 0; i < x.length; i += 1) {
      const start = 128 * Math.floor(i / 128);
      const level = (4 * found[i]!) / Math.sqrt(squared(x.subarray(start, start + 128)));
      expect(Math.abs(level - Math.round(level))).toBeLessThan(1e-5);
    }
  });

  it("gives zeros for a bucket of zeros, beside one that is not", () => {
    const x = new Float32Array(256).fill(1, 128);
    expect(qsgd({ levels: 8, bucket: 128 })(x, rng()).subarray(0, 128)).toEqual(new Float32Array(128));
  });

  it("stays unbiased where a bucket's norm is beyond the floats", () => {
    const { bias, error } = momentsOf(qsgd({ levels: 8, bucket: 128 }), new Float32Array(128).fill(largest / 3));
    expect(bias).toBeLessThan(1.2);
    expect(error).toBeLessThan(1);
  });
});

describe("natural", () => {
  it("is unbiased with variance at most 1/8", () => {
    const { error, bias } = momentsOf(natural, gaussian(384, "natural"));
    expect(error).toBeLessThanOrEqual(1 / 8);
    expect(bias).toBeLessThan(1.2);
  });

  it("reaches the variance of 1/8 at 4/3 of a power of two, where it is largest", () => {
    expect(momentsOf(natural, new Float32Array(100).fill(4 / 3)).error).toBeCloseTo(1 / 8, 2);
  });

  it("gives one of the two neighboring powers of two, and a power of two itself", () => {
    const x = Float32Array.of(3, -3, 5, 1, -0.25, 0, 3 * smallest, 5 * smallest, smallest, 2 ** -126, -(2 ** 127));
    const found = new Set<string>();
    const draws = rng();
    for (let trial = 0; trial < 100; trial += 1) {
      const exponents = Array.from(natural(x, draws), (value) => Math.log2(Math.abs(value)));
      for (const [i, exponent] of exponents.entries()) found.add(`x${i}: ${exponent}`);
    }
    const expected = [
      [1, 2],
      [1, 2],
      [2, 3],
      [0],
      [-2],
      [Number.NEGATIVE_INFINITY],
      [-148, -147],
      [-147, -146],
      [-149],
      [-126],
      [127],
    ];
    expect(found).toEqual(new Set(expected.flatMap((exponents, i) => exponents.map((exponent) => `x${i}: ${exponent}`))));
    expect(natural(x, draws).every((value, i) => Math.sign(value) === Math.sign(x[i]!))).toBe(true);
  });

  it("is unbiased among the subnormals, where float32 adds exactly", () => {
    const x = Float32Array.from({ length: 200 }, (_, i) => (i + 1) * smallest);
    const exact = Float32Array.from(x, (value) => value * 2 ** 140);
    const draws = rng();
    const { error, bias } = moments(exact, 2000, () => Float32Array.from(natural(x, draws), (value) => value * 2 ** 140));
    expect(error).toBeLessThanOrEqual(1 / 8);
    expect(bias).toBeLessThan(1.2);
  });

  it("takes the largest float for the power of two above it, unbiased to 2⁻²⁴", () => {
    const x = new Float32Array(500).fill(Math.fround(1.5 * 2 ** 127));
    const found = natural(x, rng());
    expect(new Set(found)).toEqual(new Set([2 ** 127, largest]));
    expect(found.filter((value) => value === largest).length / 500).toBeCloseTo(0.5, 1);
  });
});

describe("sign", () => {
  it.each(["a", "b", "c"])("errs by exactly 1 − ‖v‖₁²/(n‖v‖₂²) of ‖v‖₂² (%s)", (name) => {
    const x = gaussian(1000, name);
    const absolute = x.reduce((sum, value) => sum + Math.abs(value), 0);
    const law = 1 - absolute ** 2 / (x.length * squared(x));
    expect(squaredError(sign(x, rng()), x) / squared(x) / law).toBeCloseTo(1, 5);
  });

  it("takes zero, of either sign, for positive", () => {
    expect(sign(Float32Array.of(0, -0, 3, -3), rng())).toEqual(Float32Array.of(1.5, 1.5, 1.5, -1.5));
  });
});

describe("two-level", () => {
  it.each([16, 128, 1000])(
    "errs less than the sign on Gaussian blocks of %i, and near the optimum of 0.1175 for long ones",
    (block) => {
      const x = gaussian(4000, "two-level");
      const error = squaredError(twoLevel({ block })(x, rng()), x) / squared(x);
      expect(error).toBeLessThan(squaredError(sign(x, rng()), x) / squared(x) / 2);
      expect(error).toBeLessThan(0.125);
    },
  );

  it("is exact on blocks of two magnitudes", () => {
    const x = Float32Array.from({ length: 256 }, (_, i) => (i % 3 === 0 ? 5 : -0.5) * (i < 128 ? 1 : 1e-20));
    expect(twoLevel({ block: 128 })(x, rng())).toEqual(x);
  });
});

describe.each<[string, Quantizer]>([
  ["qsgd(1)", qsgd({ levels: 1, bucket: 128 })],
  ["qsgd(8)", qsgd({ levels: 8, bucket: 128 })],
  ["natural", natural],
  ["sign", sign],
  ["twolevel", twoLevel({ block: 128 })],
])("%s", (_name, quantize) => {
  it.each<[string, Float32Array]>([
    ["no value", new Float32Array(0)],
    ["one value", Float32Array.of(-0.3)],
    ["zeros", new Float32Array(300)],
    ["subnormals", Float32Array.from({ length: 300 }, (_, i) => (i - 150) * smallest)],
    ["the largest floats", Float32Array.from({ length: 300 }, (_, i) => (i % 2 === 0 ? largest : -largest))],
    ["floats of every size", Float32Array.from({ length: 300 }, (_, i) => (i % 7 === 0 ? -1 : 1) * 2 ** (127 - i))],
  ])("keeps %s finite, of the same count, and does not write to them", (_what, x) => {
    const before = x.slice();
    const found = quantize(x, rng());
    expect(found).toHaveLength(x.length);
    expect(allFinite(found)).toBe(true);
    expect(x).toEqual(before);
    for (let i = 0; i < x.length; i += 1) expect(found[i]! * Math.sign(x[i]!)).toBeGreaterThanOrEqual(0);
    if (squared(x) === 0) expect(squared(found)).toBe(0);
  });
});
