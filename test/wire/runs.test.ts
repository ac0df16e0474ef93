import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { denseUpdate, sparseUpdate } from "../../shared/update.ts";
import { createReader, createWriter, WireError } from "../../shared/wire/bytes.ts";
import { readUpdate, writeUpdate } from "../../shared/wire/update-code.ts";

const length = 200;
const runs = 3;

function encoded(indices: readonly number[]): Uint8Array {
  const writer = createWriter();
  writeUpdate(writer, sparseUpdate(length, Uint32Array.from(indices), new Float32Array(indices.length).fill(1.5)));
  return writer.finish();
}

/** Indices that lie in a few runs, of any sizes and distances. */
const clustered = fc
  .uniqueArray(fc.nat({ max: 19 }), { maxLength: 8 })
  .chain((blocks) => fc.tuple(fc.constant(blocks), fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 8, maxLength: 8 })))
  .map(([blocks, sizes]) =>
    blocks.sort((a, b) => a - b).flatMap((block, i) => Array.from({ length: sizes[i]! }, (_, j) => 10 * block + j)),
  );

describe("indices in runs", () => {
  it("come back as they were, in no more bytes than one for each value", () => {
    fc.assert(
      fc.property(clustered, (indices) => {
        const bytes = encoded(indices);
        const reader = createReader(bytes);
        expect(readUpdate(reader, length)).toEqual(
          sparseUpdate(length, Uint32Array.from(indices), new Float32Array(indices.length).fill(1.5)),
        );
        reader.end();
        expect(bytes.length).toBeLessThanOrEqual(4 + 5 * indices.length);
      }),
      { numRuns: 300 },
    );
  });

  it("take four bytes for the bounds of one run of 100, where gaps would take 100", () => {
    expect(encoded(Array.from({ length: 100 }, (_, j) => j + 7)).subarray(0, 4)).toEqual(Uint8Array.of(runs, 1, 7, 99));
    expect(encoded(Array.from({ length: 100 }, (_, j) => j + 7))).toHaveLength(4 + 400);
  });

  it("of any bytes are read or refused with a WireError, and what is read is written alike", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (tail) => {
        const bytes = Uint8Array.of(runs, ...tail);
        const reader = createReader(bytes);
        try {
          const update = readUpdate(reader, length);
          const writer = createWriter();
          writeUpdate(writer, update);
          expect(writer.finish()).toEqual(bytes.subarray(0, bytes.length - reader.left));
        } catch (cause) {
          expect(cause).toBeInstanceOf(WireError);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ["beyond the model", [runs, 1, 0x64, 0x64, 0, 0, 0, 0], /ends by 200, got one to 201/],
    ["that are more than the bytes left", [runs, 1, 0, 0x64, 0, 0, 0, 0], /at least 404 bytes/],
    ["in greater number than the bytes left", [runs, 0x64, 0, 0, 0, 0, 0, 0, 0, 0], /at least 600 bytes/],
    ["of single entries", [runs, 1, 0, 0, 0, 0, 0, 0], /shorter form/],
  ])("%s are refused", (_, bytes, problem) => {
    expect(() => readUpdate(createReader(Uint8Array.from(bytes)), length)).toThrow(problem);
  });

  it("leave a dense update as it was", () => {
    const writer = createWriter();
    writeUpdate(writer, denseUpdate(new Float32Array(length)));
    expect(writer.finish()).toHaveLength(1 + 4 * length);
  });
});
