import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Rng, seeded } from "../../shared/base/random.ts";
import { selectLargest } from "../../shared/vector/select.ts";
import { plainScan } from "../../shared/vector/selection/plain-scan.ts";
import { sampleMagnitudes } from "../../shared/vector/selection/sample.ts";
import type { Scan } from "../../shared/vector/selection/scan.ts";
import { simdScan } from "../../shared/vector/selection/simd/simd-scan.ts";

/** The law by definition: sort everything by |x|, ties by index. Below 2²¹ entries both fit into one float64. */
function byFullSort(x: Float32Array, k: number): Uint32Array {
  const bits = new Uint32Array(x.buffer, x.byteOffset, x.length);
  const keys = Float64Array.from(bits, (value, i) => (0x7fffffff - (value & 0x7fffffff)) * 2 ** 21 + i).sort();
  return Uint32Array.from(keys.subarray(0, k), (key) => key % 2 ** 21).sort();
}

/** Where the selection first differs from the law; null where it does not. Comparing long arrays whole takes seconds. */
function fault(x: Float32Array, k: number, scan: Scan): string | null {
  const expected = byFullSort(x, k);
  const chosen = selectLargest(x, k, { scan });
  if (chosen.length !== k) return `${chosen.length} entries`;
  const j = expected.findIndex((index, place) => chosen[place] !== index);
  return j < 0 ? null : `entry ${j} of ${k} is ${chosen[j]} instead of ${expected[j]}`;
}

/** Inputs that are hard for one selection or another. */
const kinds: Record<string, (rng: Rng, i: number, d: number) => number> = {
  gaussian: (rng) => rng.normal(),
  "60 % zeros of either sign": (rng) => (rng.uniform() < 0.6 ? (rng.uniform() < 0.5 ? 0 : -0) : rng.normal()),
  "all equal": () => -1,
  "two magnitudes": (rng) => (rng.uniform() < 0.01 ? 2 : -1),
  "all in one power of two": (rng) => 1 + rng.uniform() * 1e-4,
  subnormal: (rng) => rng.normal() * 1e-40,
  "layers of very different scale": (rng, i, d) => rng.normal() * 10 ** -Math.floor((40 * i) / d),
  ascending: (_rng, i) => i,
  descending: (_rng, i, d) => d - i,
  "the largest finite": (rng) => (rng.uniform() < 0.5 ? 3.4028234663852886e38 : rng.normal()),
};

const finite = fc.float({ noNaN: true, noDefaultInfinity: true });

const simd = simdScan();

it("has a scan in WebAssembly where there is SIMD, as in every engine that is tested with", () => {
  expect(simd).not.toBeNull();
});

describe.each<[string, Scan]>([
  ["in JavaScript", plainScan],
  ["in WebAssembly", simd ?? plainScan],
])("selecting the k largest %s", (_name, scan) => {
  it("gives what a full sort gives, for any finite input and any k, on a view that begins anywhere", () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 300 }), fc.nat(), fc.nat({ max: 5 }), (values, seed, offset) => {
        const x = Float32Array.from([...new Float32Array(offset), ...values]).subarray(offset);
        const k = seed % (x.length + 1);
        expect(fault(x, k, scan)).toBeNull();
      }),
    );
  });

  it.each(Object.keys(kinds))("gives what a full sort gives where the input is long: %s", (kind) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80_000 }), fc.nat(), fc.nat(), (d, at, seed) => {
        const rng = seeded(seed, "select", kind);
        const x = Float32Array.from({ length: d }, (_, i) => kinds[kind]!(rng, i, d));
        for (const k of [at % (d + 1), Math.ceil(d / 100)]) {
          expect(fault(x, k, scan)).toBeNull();
        }
      }),
      { numRuns: 3 },
    );
  });

  it("gives ties to the lower index, zeros of either sign included", () => {
    expect([...selectLargest(Float32Array.of(1, -2, 2, -2, 0), 2, { scan })]).toEqual([1, 2]);
    expect([...selectLargest(Float32Array.of(0, -0, 0, -0), 3, { scan })]).toEqual([0, 1, 2]);
  });

  it("is right where only the places that the sample looks at are large", () => {
    const d = 200_000;
    const places = new Uint32Array(d >>> 4);
    sampleMagnitudes(
      Uint32Array.from({ length: d }, (_, i) => i),
      places,
    );
    const rng = seeded(3, "misled");
    const x = Float32Array.from({ length: d }, () => rng.normal());
    for (const place of places.subarray(0, 2_000)) x[place] = 100 + rng.uniform();
    for (const k of [1_000, 1_999, 2_001, 5_000]) expect(fault(x, k, scan)).toBeNull();
  });

  it("drops the surplus on the way without losing an entry: few of many that ascend, after all were equal", () => {
    const d = 400_000;
    const x = Float32Array.from({ length: d }, (_, i) => (i < d / 2 ? 1 : i));
    for (const k of [1, 100, 150_000, 250_000]) expect(fault(x, k, scan)).toBeNull();
  });

  it("gives all for k = d, none for k = 0", () => {
    for (const d of [1, 2, 31, 70_000]) {
      const x = Float32Array.from({ length: d }, (_, i) => Math.sin(i));
      expect([...selectLargest(x, d, { scan })]).toEqual([...x.keys()]);
      expect([...selectLargest(x, 0, { scan })]).toEqual([]);
    }
  });

  it("refuses a k that is negative, fractional or above d", () => {
    for (const k of [-1, 0.5, 4, Number.NaN]) expect(() => selectLargest(new Float32Array(3), k, { scan })).toThrow(RangeError);
  });
});
