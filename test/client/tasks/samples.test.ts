import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { imageSamples } from "../../../client/tasks/samples/image-samples.ts";
import type { Samples } from "../../../client/tasks/samples/samples.ts";
import { momentsOf, scalingOf } from "../../../client/tasks/samples/standardize.ts";
import { tableSamples } from "../../../client/tasks/samples/table-samples.ts";
import { tokenSamples } from "../../../client/tasks/samples/token-samples.ts";
import { seeded } from "../../../shared/base/random.ts";

const batch = (...samples: number[]): Uint32Array => Uint32Array.from(samples);
const gathered = (samples: Samples, ...chosen: number[]) => samples.gather(batch(...chosen), { statistics: samples.statistics });

describe("columns", () => {
  it("have mean 0 and variance 1 by the weighted mean of the members' moments, as by those of all rows together", () => {
    const column = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(column, column, (a, b) => {
        const all = momentsOf(Float64Array.from([...a, ...b]), 1);
        const [own, other] = [a, b].map((rows) => momentsOf(Float64Array.from(rows), 1));
        const pooled = own!.map((value, i) => (value * a.length + other![i]! * b.length) / (a.length + b.length));
        for (const [i, value] of pooled.entries()) expect(Math.abs(value - all[i]!)).toBeLessThan(1e-3 * (1 + Math.abs(all[i]!)));
      }),
    );
  });

  it("that are constant are shifted only, and missing values count nowhere and become the mean", () => {
    expect([...momentsOf(Float64Array.of(1, Number.NaN, 3, Number.NaN), 2)]).toEqual([2, 0, 5, 1]);
    expect(scalingOf(Float32Array.of(7, 49))).toEqual({ shifts: Float32Array.of(7), scales: Float32Array.of(1) });
    const samples = tableSamples({
      features: Float32Array.of(1, 0, Number.NaN, 1, 3, 0),
      width: 2,
      isNumber: [true, false],
      targets: Int32Array.of(0, 1, 0),
    });
    expect([...gathered(samples, 0, 1, 2).inputs]).toEqual([-1, 0, 0, 1, 1, 0]);
    expect([...samples.statistics]).toEqual([2, 0, 5, 1]);
  });

  it("that are numbers to predict are brought to the same scale, by the statistics that are given", () => {
    const samples = tableSamples({
      features: Float32Array.of(1, 3),
      width: 1,
      isNumber: [true],
      targets: Float32Array.of(10, 30),
    });
    expect([...gathered(samples, 1, 0).targets]).toEqual([1, -1]);
    const others = samples.gather(batch(1), { statistics: Float32Array.of(0, 4, 0, 100) });
    expect([...others.inputs, ...others.targets]).toEqual([1.5, 3]);
  });
});

describe("a text's windows", () => {
  const tokens = Int32Array.from({ length: 10 }, (_, i) => i);

  it("have the same tokens one further as targets", () => {
    const every = tokenSamples({ tokens, context: 3, stride: 1 });
    expect(every.count).toBe(7);
    expect(gathered(every, 6)).toEqual({ inputs: Int32Array.of(6, 7, 8), targets: Int32Array.of(7, 8, 9) });
  });

  it("that test have each token once", () => {
    const once = tokenSamples({ tokens, context: 3, stride: 3 });
    expect([...gathered(once, 0, 1, 2).targets]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(tokenSamples({ tokens: tokens.subarray(0, 3), context: 3, stride: 3 }).count).toBe(0);
  });
});

describe("images", () => {
  const pixels = Uint8Array.from({ length: 2 * 8 * 8 }, (_, i) => i);
  const sides = { height: 8, width: 8, channels: 1, pixels, labels: Int32Array.of(1, 0) };

  it("are floats from 0 to 1", () => {
    const { inputs, targets } = gathered(imageSamples(sides), 1);
    expect([inputs[0], inputs[63], ...targets]).toEqual([Math.fround(64 / 255), Math.fround(127 / 255), 0]);
  });

  it("are moved and mirrored only where they are drawn for training: every pixel is of the image, or black", () => {
    const samples = imageSamples({ ...sides, isAugmented: true });
    expect(gathered(samples, 0)).toEqual(gathered(imageSamples(sides), 0));
    const drawn = samples.gather(batch(0), { statistics: samples.statistics, rng: seeded(1, "augment") });
    const own = new Set(gathered(samples, 0).inputs);
    expect(drawn.inputs.every((pixel) => pixel === 0 || own.has(pixel))).toBe(true);
    expect(drawn.inputs).not.toEqual(gathered(samples, 0).inputs);
  });
});

it("an index that names no sample is refused by every kind of samples", () => {
  const kinds = [
    imageSamples({ height: 1, width: 1, channels: 1, pixels: Uint8Array.of(1), labels: Int32Array.of(0) }),
    tableSamples({ features: Float32Array.of(1), width: 1, targets: Int32Array.of(0) }),
    tokenSamples({ tokens: Int32Array.of(0, 1), context: 1, stride: 1 }),
  ];
  for (const samples of kinds) expect(() => gathered(samples, 1)).toThrow(new RangeError("expected a sample below 1, got 1"));
});
