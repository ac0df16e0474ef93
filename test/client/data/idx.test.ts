import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../client/data/data-set.ts";
import { gunzip } from "../../../client/data/gunzip.ts";
import { parseIdx } from "../../../client/data/idx.ts";
import { idxFile } from "./idx-file.ts";

describe("parseIdx", () => {
  it("reads back what was written, gzipped or not", async () => {
    const shapes = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(shapes, fc.boolean(), async (shape, isPacked) => {
        const values = Uint8Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i % 251);
        const file = idxFile(shape, values);
        const { shape: gotShape, values: gotValues } = await parseIdx(isPacked ? new Uint8Array(gzipSync(file)) : file, "file");
        expect(gotShape).toEqual(shape);
        expect([...gotValues]).toEqual([...values]);
      }),
    );
  });

  it("refuses any other bytes with a DataError that names the file", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), fc.boolean(), async (bytes, isIdx) => {
        const file = isIdx ? Uint8Array.of(0, 0, 8, 2, ...bytes) : bytes;
        const result = await parseIdx(file, "odd.gz").catch((error: unknown) => error);
        if (result instanceof Error) {
          expect(result).toBeInstanceOf(DataError);
          expect(result.message).toMatch(/^odd\.gz: expected .+, got .+$/);
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["3 bytes", Uint8Array.of(0, 0, 8), "an IDX header of at least 4 bytes, got 3 bytes"],
    ["another format", Uint8Array.of(137, 80, 78, 71), "an IDX file, which begins with two zero bytes, got 137 80"],
    ["floats", Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 0), "IDX type 8 (unsigned bytes), got type 13"],
    ["no dimensions", Uint8Array.of(0, 0, 8, 0), "1 to 4 dimensions, got 0"],
    ["half a header", Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1), "an IDX header of 16 bytes, got 8 bytes"],
    ["a missing value", idxFile([2, 2], Uint8Array.of(1, 2, 3)), "16 bytes for 2 × 2 values, got 15 bytes"],
    ["a value too many", idxFile([2], Uint8Array.of(1, 2, 3)), "10 bytes for 2 values, got 11 bytes"],
    ["sides that overflow", idxFile([0xffffffff, 0xffffffff], Uint8Array.of()), "at most 536870912 values, got 4294967295"],
  ])("refuses %s", async (_, bytes, message) => {
    await expect(parseIdx(bytes, "train-labels")).rejects.toThrow(new DataError(`train-labels: expected ${message}`));
  });

  it("reads all members of a gzip file, in any cut, and zeros behind them; anything else behind them is refused", async () => {
    const values = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * i) % 251);
    const file = idxFile([3_000_000], values);
    const cuts = fc.array(fc.integer({ min: 0, max: file.length }), { maxLength: 4 });
    const stored = fc.constantFrom(0, 1); // 0: as long as what is packed, so that a member ends anywhere in what is read at once
    await fc.assert(
      fc.asyncProperty(cuts, stored, fc.integer({ min: 0, max: 600 }), async (at, level, padding) => {
        const ends = [0, ...at.sort((a, b) => a - b), file.length];
        const members = ends.slice(1).map((end, i) => gzipSync(file.subarray(ends[i], end), { level }));
        const packed = new Uint8Array(Buffer.concat([...members, Buffer.alloc(padding)]));
        const read = await parseIdx(packed, "members.gz");
        expect(Buffer.compare(read.values, values)).toBe(0);
        for (const behind of ["x", "\x1f\x8b", "\0x"])
          await expect(
            parseIdx(new Uint8Array(Buffer.concat([packed, Buffer.from(behind, "latin1")])), "more.gz"),
          ).rejects.toThrow("more.gz: expected a whole gzip file, got one that ");
      }),
      { numRuns: 4 },
    );
  });

  it("reads a member behind one that ends where a part ends that is unpacked at once", async () => {
    const file = idxFile([1_500_000], new Uint8Array(1_500_000).fill(7));
    // Stored, not packed, so that a name in its header makes it as long as is wanted.
    const [first, second] = [file.subarray(0, 1_000_000), file.subarray(1_000_000)].map((part) => gzipSync(part, { level: 0 }));
    const name = Buffer.from(`${"n".repeat(2 ** 20 - first!.length - 1)}\0`);
    const named = Buffer.concat([first!.subarray(0, 3), Buffer.of(8), first!.subarray(4, 10), name, first!.subarray(10)]);
    expect(named).toHaveLength(2 ** 20);
    expect((await parseIdx(new Uint8Array(Buffer.concat([named, second!])), "cut.gz")).values).toHaveLength(1_500_000);
  });

  it("refuses a gzip file whose sum is another, and one that unpacks to more than may be", async () => {
    const packed = new Uint8Array(gzipSync(idxFile([100], new Uint8Array(100))));
    await expect(parseIdx(packed.with(packed.length - 5, 1 ^ packed.at(-5)!), "sum.gz")).rejects.toThrow(
      "got one that does not unpack",
    );
    await expect(gunzip(packed, 107, "bomb.gz")).rejects.toThrow(new DataError("bomb.gz: expected at most 107 bytes, got more"));
    expect(await gunzip(packed, 108, "whole.gz")).toHaveLength(108);
  });

  it("refuses a gzip file that was cut off", async () => {
    const packed = new Uint8Array(
      gzipSync(
        idxFile(
          [100],
          new Uint8Array(100).map((_, i) => i),
        ),
      ),
    );
    await expect(parseIdx(packed.subarray(0, 60), "cut.gz")).rejects.toThrow(
      "cut.gz: expected a whole gzip file, got one that is cut short",
    );
  });
});
