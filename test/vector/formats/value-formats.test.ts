import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seeded } from "../../../shared/base/random.ts";
import { WireError } from "../../../shared/base/wire-error.ts";
import { twoLevel } from "../../../shared/compress/quantizers/two-level.ts";
import { formatted } from "../../../shared/vector/formats/formatted.ts";
import { valueFormatOf, valueFormats } from "../../../shared/vector/formats/value-formats.ts";
import type { Values } from "../../../shared/vector/update.ts";
import { greatestGap } from "../../support/greatest-gap.ts";

const maxFloat32 = (2 - 2 ** -23) * 2 ** 127;
const special = [0, -0, 1, -1, 2 ** -149, -(2 ** -149), 2 ** -126, 2 ** -127, maxFloat32, -maxFloat32, 65504, 65520, 1e-8];
const float = fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(...special.map(Math.fround)));
const scaled = fc
  .tuple(fc.array(fc.float({ noNaN: true, min: -1, max: 1 }), { maxLength: 300 }), fc.integer({ min: -149, max: 126 }))
  .map(([values, exponent]) => Float32Array.from(values, (value) => value * 2 ** exponent));
const values = fc.oneof(
  fc.array(float, { maxLength: 300 }).map((all) => Float32Array.from(all)),
  scaled,
);

const block = 128;
function largestOfBlock(all: Float32Array, i: number): number {
  const start = i - (i % block);
  let largest = 0;
  for (let j = start; j < Math.min(start + block, all.length); j += 1) largest = Math.max(largest, Math.abs(all[j]!));
  return largest;
}

/** How far a value may move. */
const bounds: Record<string, (all: Float32Array, i: number) => number> = {
  f32: () => 0,
  f16: (all, i) => Math.max(2 ** -11 * Math.abs(all[i]!), 2 ** -25),
  bf16: (all, i) => Math.max(2 ** -8 * Math.abs(all[i]!), 2 ** -134),
  block8: (all, i) => Math.max(largestOfBlock(all, i) / 253, 2 ** -126),
  block4: (all, i) => Math.max(largestOfBlock(all, i) / 13.9, 2 ** -126),
};

const bitsAValue: Record<string, number> = { f32: 32, f16: 16, bf16: 16, block8: 8.2, block4: 4.2, "two-level": 2.5 };

describe.each(valueFormats.map((format) => [format.name, format] as const))("the format %s", (name, format) => {
  it("is found by its name and its number", () => {
    expect(valueFormatOf(name)).toBe(format);
    expect(valueFormats[format.id]).toBe(format);
  });

  it("takes the bytes that it says, and gives as many finite values as it got", () => {
    fc.assert(
      fc.property(values, (all) => {
        const packed = format.pack(all);
        expect(packed.length).toBe(format.size(all.length));
        const back = format.unpack(packed, all.length);
        expect(back).toHaveLength(all.length);
        expect(back.every(Number.isFinite)).toBe(true);
      }),
    );
    expect(format.size(0)).toBe(0);
    expect((8 * format.size(128_000)) / 128_000).toBeLessThanOrEqual(bitsAValue[name]!);
  });

  it("changes nothing when what was unpacked is packed again", () => {
    fc.assert(
      fc.property(values, (all) => {
        const once = format.unpack(format.pack(all), all.length);
        const twice = format.unpack(format.pack(once), all.length);
        expect(new Uint32Array(twice.buffer, twice.byteOffset, twice.length)).toEqual(
          new Uint32Array(once.buffer, once.byteOffset, once.length),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("of any bytes is read or refused with a WireError; what is read is finite, and packed and unpacked the same", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 200 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
        fc.boolean(),
        (count, bytes, isSmall) => {
          const packed = Uint8Array.from({ length: format.size(count) }, () => bytes.next().value! >> (isSmall ? 2 : 0));
          let read: Float32Array;
          try {
            read = format.unpack(packed, count);
          } catch (cause) {
            expect(cause).toBeInstanceOf(WireError);
            return;
          }
          expect(read.every(Number.isFinite)).toBe(true);
          expect(format.unpack(format.pack(read), count)).toEqual(read);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("keeps zeros", () => {
    expect(format.unpack(format.pack(new Float32Array(300)), 300)).toEqual(new Float32Array(300));
  });
});

describe.each(Object.entries(bounds))("the format %s", (name, bound) => {
  it("moves no value further than its bound, and keeps signs", () => {
    const { pack, unpack } = valueFormatOf(name as Values["format"]);
    fc.assert(
      fc.property(values, (all) => {
        const back = unpack(pack(all), all.length);
        for (let i = 0; i < all.length; i += 1) {
          // Beyond the largest number of the format it saturates.
          if (name === "f16" && Math.abs(all[i]!) > 65504) expect(back[i]).toBe(Math.sign(all[i]!) * 65504);
          else expect(Math.abs(back[i]! - all[i]!)).toBeLessThanOrEqual(bound(all, i));
          expect(back[i]! * Math.sign(all[i]!)).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("binary16", () => {
  const { pack, unpack } = valueFormatOf("f16");

  it("holds each of its numbers exactly, and rounds halves to the even one", () => {
    const codes = Uint16Array.from({ length: 0x7c00 }, (_, code) => code);
    const all = unpack(new Uint8Array(codes.buffer), codes.length);
    expect(new Uint16Array(pack(all).buffer)).toEqual(codes);
    const halves = Float32Array.from({ length: 0x7bff }, (_, code) => (all[code]! + all[code + 1]!) / 2);
    expect(new Uint16Array(pack(halves).buffer)).toEqual(Uint16Array.from(halves, (_, code) => code + (code & 1)));
  });

  it("has the values of the standard", () => {
    expect(unpack(Uint8Array.of(0, 0x3c, 0xff, 0x7b, 1, 0, 0, 0xc0, 0, 0x80), 5)).toEqual(
      Float32Array.of(1, 65504, 2 ** -24, -2, -0),
    );
  });
});

describe("bfloat16", () => {
  it("rounds to the even one of two neighbors that are equally near", () => {
    const { pack } = valueFormatOf("bf16");
    expect(pack(Float32Array.of(1 + 2 ** -8, 1 + 3 * 2 ** -8))).toEqual(Uint8Array.of(0x80, 0x3f, 0x82, 0x3f));
  });
});

describe("block-scaled integers", () => {
  it.each([
    ["block8", 127],
    ["block4", 7],
  ] as const)("in %s hold multiples of a power of two exactly, where the largest is %d of it", (name, most) => {
    const { pack, unpack } = valueFormatOf(name);
    const all = Float32Array.from({ length: 2 * most + 1 }, (_, i) => (i - most) * 2 ** -7);
    // Each block needs the largest: one block, and the end of it in the next.
    const whole = all.length <= 128 ? all : all.subarray(0, 128);
    expect(unpack(pack(whole), whole.length)).toEqual(whole);
  });

  it("are refused where the largest does not fill the scale, or is none of the format's", () => {
    const eight = valueFormatOf("block8");
    const packed = eight.pack(Float32Array.of(127, 63));
    expect(packed.slice(3)).toEqual(Uint8Array.of(127, 63));
    expect(() => eight.unpack(Uint8Array.of(...packed.slice(0, 3), 126, 63), 2)).toThrow(/up to 127, got 126/);
    expect(() => eight.unpack(Uint8Array.of(...packed.slice(0, 3), 127, 128), 2)).toThrow(/up to 127, got 128/);
    expect(() => eight.unpack(Uint8Array.of(0, 0, 0, 1, 0), 2)).toThrow(/up to 0, got 1/);
    expect(() => eight.unpack(Uint8Array.of(0, 0, 0xff, 127, 0), 2)).toThrow(/scale/);
    expect(() => eight.unpack(Uint8Array.of(1, 0, 0, 127, 0), 2)).toThrow(/small/);
    const four = valueFormatOf("block4");
    const halves = four.pack(Float32Array.of(7, -7, 1));
    expect(() => four.unpack(halves.with(4, halves[4]! | 0x10), 3)).toThrow(/after the last/);
    expect(() => four.unpack(halves.with(3, 0x87), 3)).toThrow(/up to 7, got 8/);
  });
});

describe("two levels", () => {
  const format = valueFormatOf("two-level");

  it("carry what the quantizer of blocks of 128 makes, unchanged", () => {
    fc.assert(
      fc.property(values, (all) => {
        const quantized = twoLevel({ block })(all, seeded(1, "unused"));
        const data = formatted(quantized, "two-level").data;
        expect(greatestGap(data, quantized)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it("have at most the error that the signs with the block's mean magnitude have", () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true, min: -1, max: 1 }), { minLength: 1, maxLength: block }), (all) => {
        const mean = all.reduce((sum, value) => sum + Math.abs(value), 0) / all.length;
        const ofSigns = all.reduce((sum, value) => sum + (Math.abs(value) - mean) ** 2, 0);
        const { data } = formatted(Float32Array.from(all), "two-level");
        const error = all.reduce((sum, value, i) => sum + (value - data[i]!) ** 2, 0);
        expect(error).toBeLessThanOrEqual(ofSigns * (1 + 1e-6) + 1e-12);
      }),
    );
  });

  it("of magnitudes in the wrong order, negative or not finite are refused", () => {
    const bytes = (low: number, high: number): Uint8Array => {
      const view = new DataView(new ArrayBuffer(9));
      view.setFloat32(0, low, true);
      view.setFloat32(4, high, true);
      view.setUint8(8, 1);
      return new Uint8Array(view.buffer);
    };
    expect(format.unpack(bytes(1, 2), 1)).toEqual(Float32Array.of(2));
    for (const [low, high] of [
      [2, 1],
      [-1, 1],
      [-0, 1],
      [1, Number.POSITIVE_INFINITY],
      [Number.NaN, 1],
    ] as const)
      expect(() => format.unpack(bytes(low, high), 1)).toThrow(WireError);
    expect(() => format.unpack(bytes(0, 2).with(8, 2), 1)).toThrow(/minus/);
    expect(() => format.unpack(bytes(1, 2).with(8, 5), 1)).toThrow(/after the last/);
  });
});
