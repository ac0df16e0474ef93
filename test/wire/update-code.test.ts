import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundBits } from "../../bench/measure/bench-supports.ts";
import { WireError } from "../../shared/base/wire-error.ts";
import { formatted } from "../../shared/vector/formats/formatted.ts";
import { valueFormats } from "../../shared/vector/formats/value-formats.ts";
import { denseUpdate, placesUpdate, prefixUpdate, seededUpdate, sparseUpdate, type Update } from "../../shared/vector/update.ts";
import { createReader, createWriter } from "../../shared/wire/bytes.ts";
import { readUpdate, writeUpdate } from "../../shared/wire/update-code.ts";
import { uniformSupport } from "./random-support.ts";

const length = 200;

function encoded(update: Update, before = 0): Uint8Array {
  const writer = createWriter();
  writer.bytes(new Uint8Array(before));
  writeUpdate(writer, update);
  return writer.finish();
}

function decoded(bytes: Uint8Array, d: number, before = 0): Update {
  const reader = createReader(bytes);
  reader.bytes(before);
  const update = readUpdate(reader, d);
  reader.end();
  return update;
}

const float = fc.float({ noNaN: true, noDefaultInfinity: true });
const floats = (count: number): fc.Arbitrary<Float32Array> =>
  fc.array(float, { minLength: count, maxLength: count }).map((all) => Float32Array.from(all));
const indices = fc
  .uniqueArray(fc.nat({ max: length - 1 }), { maxLength: length })
  .map((all) => Uint32Array.from(all).sort((a, b) => a - b));
const update: fc.Arbitrary<Update> = fc
  .oneof(
    floats(length).map(denseUpdate),
    indices.chain((all) => floats(all.length).map((data) => sparseUpdate(length, all, data))),
    fc
      .tuple(fc.nat({ max: 0xffffffff }), fc.nat({ max: length }))
      .chain(([seed, count]) => floats(count).map((data) => seededUpdate(length, seed, data))),
    fc.nat({ max: length }).chain((count) => floats(count).map((data) => prefixUpdate(length, data))),
  )
  .chain((plain) =>
    fc
      .constantFrom(...valueFormats.map(({ name }) => name))
      .map((format) => ({ ...plain, values: formatted(plain.values.data, format) })),
  );

describe("an update", () => {
  it("of any support and format comes back as it was, wherever it stands in a message", () => {
    fc.assert(
      fc.property(update, fc.nat({ max: 9 }), (sent, before) => {
        const bytes = encoded(sent, before);
        expect(decoded(bytes, length, before)).toEqual(sent);
        expect(encoded(decoded(bytes, length, before), before)).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });

  it("of a prefix takes a byte, its count and its values", () => {
    const data = Float32Array.from({ length: 100 }, (_, i) => i);
    expect(encoded({ ...prefixUpdate(length, data), values: formatted(data, "block8") })).toHaveLength(2 + 103);
  });

  it("of places takes their indices alone, and is read where as many may come", () => {
    const support = Uint32Array.of(3, 50, 199);
    const bytes = encoded(placesUpdate(length, support));
    const values = formatted(new Float32Array(3), "f16");
    expect(bytes).toHaveLength(encoded({ ...sparseUpdate(length, support, values.data), values }).length - 2 * 3);
    expect(readUpdate(createReader(bytes), length, { places: 3 })).toEqual(placesUpdate(length, support));
    expect(() => readUpdate(createReader(bytes), length, { places: 2 })).toThrow(/count of places of at most 2, got 3/);
    expect(() => readUpdate(createReader(bytes.with(0, 0x41)), length, { places: 3 })).toThrow(/format 0 for places, got 1/);
  });

  it("of all coordinates takes a byte and its values, which begin at a multiple of four", () => {
    const data = Float32Array.from({ length }, (_, i) => i);
    for (const before of [0, 1, 2, 3]) {
      const start = 4 * Math.ceil((before + 1) / 4);
      const bytes = encoded(denseUpdate(data), before);
      expect(bytes).toHaveLength(start + 4 * length);
      expect(new Float32Array(bytes.buffer, start, length)).toEqual(data);
    }
  });

  it("is not copied where its floats are most of the message, and not kept alive by what is larger", () => {
    const bytes = encoded(denseUpdate(new Float32Array(length)));
    expect(decoded(bytes, length).values.data.buffer).toBe(bytes.buffer);
    const small = encoded(sparseUpdate(length, Uint32Array.of(7), Float32Array.of(1)), 1000);
    expect(decoded(small, length, 1000).values.data.buffer).not.toBe(small.buffer);
    const values = formatted(new Float32Array(length).fill(1), "block8");
    const packed = encoded({ ...denseUpdate(values.data), values });
    const read = decoded(packed, length).values;
    if (read.format === "f32") throw new Error("expected block8, got f32");
    expect(read.packed.buffer).not.toBe(packed.buffer);
  });

  it("at 1 % takes at most 5.1 bytes an entry, 2.1 in block8, 1.4 in two levels", () => {
    const [d, k] = [1_000_000, 10_000];
    const support = uniformSupport(d, k, 3);
    const data = Float32Array.from(support, (index) => Math.fround(Math.sin(index)));
    for (const [format, most] of [
      ["f32", 5.1],
      ["f16", 3.1],
      ["bf16", 3.1],
      ["block8", 2.1],
      ["block4", 1.6],
      ["two-level", 1.4],
    ] as const) {
      const sparse = sparseUpdate(d, support, data);
      const bytes = encoded({ ...sparse, values: formatted(data, format) }).length;
      expect(bytes / k).toBeLessThan(most);
      expect(8 * bytes).toBeGreaterThan(boundBits(d, k));
    }
  });

  const one = encoded(sparseUpdate(length, Uint32Array.of(3), Float32Array.of(1.5)));

  it.each([
    ["a support that does not exist", one.with(0, 0x50), /support from 0 to 4, got 5/],
    ["places where there are none", one.with(0, 0x40), /count of places of at most 0, got 1/],
    ["a format that does not exist", one.with(0, 0x16), /format up to 5, got 6/],
    ["more entries than coordinates", one.with(1, 0xff).with(2, 3), /entry count of at most 200, got 511/],
    ["more entries than values", one.with(1, 4), /at least 16 bytes for 4 entries/],
    ["padding that is not zero", Uint8Array.of(0, 0, 0, 1, ...new Uint8Array(4 * length)), /padding of zeros, got 1/],
    ["a value that is not finite", Uint8Array.of(...one.subarray(0, -2), 0xc0, 0x7f), /finite/],
    ["too few values", encoded(denseUpdate(new Float32Array(length - 1))), /expected 800 more bytes, got 796/],
  ])("with %s is refused", (_, bytes, problem) => {
    expect(() => decoded(bytes, length)).toThrow(WireError);
    expect(() => decoded(bytes, length)).toThrow(problem);
  });
});
