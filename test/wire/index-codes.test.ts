import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundBits } from "../../bench/measure/bench-supports.ts";
import { WireError } from "../../shared/base/wire-error.ts";
import { bitsOver } from "../../shared/wire/bits.ts";
import { createReader, createWriter } from "../../shared/wire/bytes.ts";
import { cheapestGolomb, readGolomb, writeGolomb } from "../../shared/wire/index-codes/golomb.ts";
import { maxParameter, modulusOf } from "../../shared/wire/index-codes/golomb-parameter.ts";
import { blockEntries, readIndices, writeIndices } from "../../shared/wire/index-codes/index-section.ts";
import { uniformSupport } from "./random-support.ts";

function written(indices: Uint32Array, length: number): Uint8Array {
  const writer = createWriter();
  writeIndices(writer, indices, length);
  return writer.finish();
}

function readBack(bytes: Uint8Array, count: number, length: number): Uint32Array {
  const reader = createReader(bytes);
  const indices = readIndices(reader, count, length);
  reader.end();
  return indices;
}

/** Supports of all kinds: scattered, in runs, in bands of different density, with deserts between. */
const support = fc
  .array(
    fc.record({
      gap: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 1e5 }), fc.constant(0)),
      run: fc.nat({ max: 700 }),
      spread: fc.nat({ max: 300 }),
    }),
    {
      maxLength: 6,
    },
  )
  .chain((bands) => fc.tuple(fc.constant(bands), fc.nat({ max: 1000 }), fc.integer({ min: 0, max: 0x7fffffff })))
  .map(([bands, after, seed]) => {
    const indices: number[] = [];
    let next = 0;
    let state = seed;
    for (const { gap, run, spread } of bands) {
      next += gap;
      for (let i = 0; i < run; i += 1) {
        state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
        indices.push(next);
        next += 1 + (spread === 0 ? 0 : (state >>> 8) % spread);
      }
    }
    return { indices: Uint32Array.from(indices), length: next + after };
  });

/** Numbers as gaps are: small, large, and mixed. */
const numbers = fc
  .tuple(
    fc.integer({ min: 1, max: 128 }),
    fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 4 }),
    fc.integer({ min: 1, max: 0x7fffffff }),
  )
  .map(([count, sizes, seed]) => {
    let state = seed;
    return Int32Array.from({ length: count }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      return (state >>> 1) % 2 ** sizes[(state >>> 4) % sizes.length]!;
    });
  });

/** The size by one parameter, as the definition has it. */
function golombBits(all: Int32Array, parameter: number, wide: number): number {
  const modulus = modulusOf(parameter);
  const short = Math.floor(Math.log2(modulus));
  let bits = 0;
  for (const x of all) {
    const q = Math.floor(x / modulus);
    bits += q >= 24 ? 24 + wide : q + 1 + short + (x - q * modulus < 2 ** (short + 1) - modulus ? 0 : 1);
  }
  return bits;
}

describe("Golomb's code", () => {
  it("takes the fewest bits that any parameter takes, and says how many", () => {
    fc.assert(
      fc.property(numbers, (all) => {
        const cheapest = cheapestGolomb(all, all.length, 30);
        let fewest = Number.POSITIVE_INFINITY;
        for (let parameter = 0; parameter <= maxParameter; parameter += 1)
          fewest = Math.min(fewest, golombBits(all, parameter, 30));
        expect(cheapest.bits).toBe(fewest);
        expect(golombBits(all, cheapest.parameter, 30)).toBe(fewest);
      }),
      { numRuns: 300 },
    );
  });

  it("by any parameter gives the numbers back, in the bits that it says", () => {
    fc.assert(
      fc.property(numbers, fc.nat({ max: maxParameter }), (all, parameter) => {
        const bits = bitsOver(new Uint8Array(2048));
        writeGolomb(bits, all, all.length, { parameter, wide: 30 });
        expect(bits.position).toBe(golombBits(all, parameter, 30));
        const end = bits.position;
        bits.position = 0;
        const back = new Int32Array(all.length);
        readGolomb(bits, back, all.length, { parameter, wide: 30 });
        expect(back).toEqual(all);
        expect(bits.position).toBe(end);
      }),
      { numRuns: 300 },
    );
  });

  it("has parameters that ascend by at most a quarter above 4", () => {
    for (let parameter = 1; parameter <= maxParameter; parameter += 1) {
      expect(modulusOf(parameter)).toBeGreaterThan(modulusOf(parameter - 1));
      if (parameter > 3) expect(modulusOf(parameter) / modulusOf(parameter - 1)).toBeLessThanOrEqual(1.25);
    }
  });
});

describe("a support", () => {
  it("comes back as it was", () => {
    fc.assert(
      fc.property(support, ({ indices, length }) => {
        expect(readBack(written(indices, length), indices.length, length)).toEqual(indices);
      }),
      { numRuns: 300 },
    );
  });

  it("takes no more than Golomb's code by its best parameter does in each block, and 7 bits a block", () => {
    fc.assert(
      fc.property(support, ({ indices, length }) => {
        const wide = length < 2 ? 0 : Math.floor(Math.log2(length - 1)) + 1;
        let bits = 0;
        for (let start = 0; start < indices.length; start += blockEntries) {
          const gaps = Int32Array.from(
            indices.subarray(start, start + blockEntries),
            (index, i) => index - (indices[start + i - 1] ?? -1) - 1,
          );
          bits += 7 + cheapestGolomb(gaps, gaps.length, wide).bits;
        }
        expect(written(indices, length).length).toBeLessThanOrEqual(Math.ceil(bits / 8));
      }),
      { numRuns: 100 },
    );
  });

  it("of none takes nothing, of all 7 bits for 128", () => {
    expect(written(new Uint32Array(0), 1000)).toHaveLength(0);
    expect(
      written(
        Uint32Array.from({ length: 25_600 }, (_, i) => i),
        25_600,
      ),
    ).toHaveLength(Math.ceil(1400 / 8));
  });

  it("in runs takes a few bits a run", () => {
    const indices = Uint32Array.from({ length: 10_000 }, (_, i) => 1000 * Math.floor(i / 100) + (i % 100));
    // 100 runs and those cut by the ends of 78 blocks, each with a size of at most 128 and a distance below 1024.
    expect(written(indices, 100_000).length).toBeLessThan((178 * 20) / 8 + 79 * 3);
  });

  it("with the largest indices that there may be comes back", () => {
    const indices = Uint32Array.of(0, 1, 2 ** 30, 2 ** 31 - 2, 2 ** 31 - 1);
    expect(readBack(written(indices, 2 ** 31), 5, 2 ** 31)).toEqual(indices);
  });

  const densities = [0.0001, 0.0003, 0.001, 0.002, 0.004, 0.007, 0.01, 0.02, 0.035, 0.058, 0.07, 0.08, 0.1];
  it.each(densities.flatMap((density) => [10_000, 1_000_000].map((length) => [density, length] as const)))(
    "of density %f, uniform over %d coordinates, takes at most 1.02 · log₂ C(d, k) + 64 bits",
    (density, length) => {
      const count = Math.round(density * length);
      const bits = 8 * written(uniformSupport(length, count, 7), length).length;
      expect(bits).toBeLessThanOrEqual(1.02 * boundBits(length, count) + 64);
      if (count >= 10_000) expect(bits / boundBits(length, count)).toBeLessThan(1.02);
    },
  );

  it("that lies in a few tensors takes less than the bound for uniform ones", () => {
    const [dense, sparse] = [uniformSupport(20_000, 8_000, 1), uniformSupport(980_000, 2_000, 2)];
    const indices = Uint32Array.of(...dense, ...sparse.map((index) => index + 20_000));
    expect(8 * written(indices, 1_000_000).length).toBeLessThan(0.65 * boundBits(1_000_000, 10_000));
  });
});

describe("bytes of a support", () => {
  const bits = (text: string): Uint8Array => {
    const whole = text.replaceAll(" ", "");
    return Uint8Array.from(whole.match(/.{1,8}/g) ?? [], (byte) => Number.parseInt(byte.padEnd(8, "0"), 2));
  };
  const parameter = (p: number): string => p.toString(2).padStart(7, "0");

  it.each([
    ["a parameter that does not exist", parameter(115), 2, /form up to 114/],
    ["runs with a parameter that does not exist", `${parameter(126)} ${parameter(120)}`, 2, /parameter up to 114/],
    [
      "a run that is longer than the block",
      `${parameter(126)} ${parameter(0)} ${parameter(0)} 00001`,
      4,
      /at most 4, got one of 5/,
    ],
    ["runs of single coordinates", `${parameter(126)} ${parameter(0)} ${parameter(0)} 1111 1 1 1 1`, 4, /at most 2 runs/],
    ["gaps of 0, one by one", `${parameter(0)} 1 1 1`, 3, /without gaps/],
    ["a gap of 0 in the form of large ones", `${parameter(0)} ${"0".repeat(24)} 0000000`, 1, /at least 24/],
    ["an index beyond the model", `${parameter(3 + 4 * 4)} 01 111111`, 1, /below 100, got 127/],
    ["ones after the last", `${parameter(0)} 01 1`, 1, /zeros after/],
    ["half a gap", `${parameter(3 + 4 * 4)} 1`, 1, /whole blocks/],
    ["nothing", "", 1, /whole blocks|at least 24/],
  ])("that hold %s are refused", (_, text, count, problem) => {
    expect(() => readBack(bits(text), count, 100)).toThrow(WireError);
    expect(() => readBack(bits(text), count, 100)).toThrow(problem);
  });

  it("of any kind are read or refused, and what is read is ascending, below d, and written in no more bytes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 80 }),
        fc.nat({ max: 600 }),
        fc.integer({ min: 1, max: 2 ** 31 }),
        (bytes, count, length) => {
          const reader = createReader(bytes);
          let indices: Uint32Array;
          try {
            indices = readIndices(reader, count, length);
          } catch (cause) {
            expect(cause).toBeInstanceOf(WireError);
            return;
          }
          for (let j = 0; j < count; j += 1) expect(indices[j]).toBeGreaterThan(j === 0 ? -1 : indices[j - 1]!);
          if (count > 0) expect(indices[count - 1]).toBeLessThan(length);
          expect(written(indices, length).length).toBeLessThanOrEqual(bytes.length - reader.left);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
