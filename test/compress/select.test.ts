import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { selectLargest } from "../../shared/compress/select.ts";
import { seeded } from "../../shared/random.ts";

/** The law by definition: sort everything by |x|, ties by index. */
function byFullSort(x: Float32Array, k: number): number[] {
  return [...x.keys()]
    .sort((a, b) => Math.abs(x[b]!) - Math.abs(x[a]!) || a - b)
    .slice(0, k)
    .sort((a, b) => a - b);
}

const finite = fc.float({ noNaN: true, noDefaultInfinity: true });

describe("selecting the k largest", () => {
  it("gives what a full sort gives, for any finite input and any k", () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 300 }), fc.nat(), (values, seed) => {
        const x = Float32Array.from(values);
        const k = seed % (x.length + 1);
        expect([...selectLargest(x, k)]).toEqual(byFullSort(x, k));
      }),
    );
  });

  it("gives ties to the lower index, zeros of either sign included", () => {
    expect([...selectLargest(Float32Array.of(1, -2, 2, -2, 0), 2)]).toEqual([1, 2]);
    expect([...selectLargest(Float32Array.of(0, -0, 0, -0), 3)]).toEqual([0, 1, 2]);
  });

  it("finds the same in layers of very different scale and in subnormals", () => {
    const rng = seeded(11, "select");
    const x = Float32Array.from({ length: 5_000 }, (_, i) => rng.normal() * 10 ** -(i % 45));
    for (const k of [1, 50, 2_500, 4_999, 5_000]) expect([...selectLargest(x, k)]).toEqual(byFullSort(x, k));
  });

  it("works on a view that begins inside a buffer", () => {
    const whole = Float32Array.of(9, 9, 1, 3, 2);
    expect([...selectLargest(whole.subarray(2), 1)]).toEqual([1]);
  });

  it("refuses a k that is negative, fractional or above d", () => {
    for (const k of [-1, 0.5, 4, Number.NaN]) expect(() => selectLargest(new Float32Array(3), k)).toThrow(RangeError);
  });
});
