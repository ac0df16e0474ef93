import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSafetensors, SafetensorsError, writeSafetensors } from "../../../client/export/safetensors.ts";

const anyTensors = fc
  .uniqueArray(
    fc.tuple(
      fc.string({ minLength: 1 }).filter((name) => name !== "__metadata__" && name !== "__proto__"),
      fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
    ),
    {
      selector: ([name]) => name,
      maxLength: 5,
    },
  )
  .chain((named) =>
    fc.tuple(
      ...named.map(([name, shape]) => {
        const size = shape.reduce((product, side) => product * side, 1);
        return fc
          .array(fc.float({ noNaN: true }), { minLength: size, maxLength: size })
          .map((values) => ({ name, shape, values: Float32Array.from(values) }));
      }),
    ),
  );
const sample = { tensors: [{ name: "w", shape: [2, 1], values: Float32Array.of(1, -2) }], metadata: { task: "images" } };

describe("a safetensors file", () => {
  it("reads back as it was written, names, shapes, bits and metadata", () => {
    fc.assert(
      fc.property(
        anyTensors,
        fc.dictionary(
          fc.string().filter((key) => key !== "__proto__"),
          fc.string(),
        ),
        (tensors, metadata) => {
          const { tensors: read, metadata: about } = readSafetensors(writeSafetensors({ tensors, metadata }));
          expect(new Map(read.map(({ name, ...rest }) => [name, rest]))).toEqual(
            new Map(tensors.map(({ name, ...rest }) => [name, rest])),
          );
          expect(Object.entries(about).sort()).toEqual(Object.entries(metadata).sort());
        },
      ),
    );
  });

  it("is laid out as the format says", () => {
    const bytes = writeSafetensors(sample);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      __metadata__: { task: "images" },
      w: { dtype: "F32", shape: [2, 1], data_offsets: [0, 8] },
    });
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
  });

  it("is refused by its typed error only, however it is damaged", () => {
    const good = writeSafetensors(sample);
    const damaged = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.integer({ min: 0, max: good.length - 1 }).map((end) => good.slice(0, end)),
      fc.tuple(fc.integer({ min: 0, max: good.length - 1 }), fc.integer({ min: 0, max: 7 })).map(([at, bit]) => {
        const bytes = good.slice();
        bytes[at]! ^= 1 << bit;
        return bytes;
      }),
    );
    fc.assert(
      fc.property(damaged, (bytes) => {
        try {
          readSafetensors(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(SafetensorsError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [
      "overlap",
      { a: { dtype: "F32", shape: [1], data_offsets: [0, 4] }, b: { dtype: "F32", shape: [1], data_offsets: [0, 4] } },
      4,
    ],
    ["leave a gap", { a: { dtype: "F32", shape: [1], data_offsets: [4, 8] } }, 8],
    ["are not float32", { a: { dtype: "BF16", shape: [2], data_offsets: [0, 4] } }, 4],
    ["do not fill it", { a: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }, 12],
  ])("is refused where its tensors %s", (_, header, data) => {
    const text = new TextEncoder().encode(JSON.stringify(header));
    const bytes = new Uint8Array(8 + text.length + data);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
    bytes.set(text, 8);
    expect(() => readSafetensors(bytes)).toThrow(SafetensorsError);
  });

  it("is not written with two tensors of one name, or one of another size", () => {
    const [w] = sample.tensors;
    expect(() => writeSafetensors({ tensors: [w!, w!], metadata: {} })).toThrow("got two w");
    expect(() => writeSafetensors({ tensors: [{ ...w!, shape: [3] }], metadata: {} })).toThrow("w: expected 3 values, got 2");
  });
});
