import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { encode as encodeJpeg } from "jpeg-js";
import { PNG } from "pngjs";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../../client/data/data-set.ts";
import { decodeImage } from "../../../../client/node/decode-image.ts";
import { idxFile } from "../idx-file.ts";
import { readTexts } from "./read-texts.ts";
import { zipFile } from "./zip-file.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const table = Array.from({ length: 40 }, (_, i) => `${i},"${"abc"[i % 3]}",${i / 7}\n`).join("");

function picture(): PNG {
  const made = new PNG({ height: 4, width: 5 });
  made.data.forEach((_, i) => {
    made.data[i] = (i * 37) % 256;
  });
  return made;
}

/** A good file of each format. */
const good: Readonly<Record<string, Uint8Array>> = {
  "t/a.csv": bytesOf(`n,letter,x\n${table}`),
  "t/b.csv": bytesOf(
    `40,2,a,b,c\n${Array.from({ length: 40 }, (_, i) => `${i};1,5;${i % 3}\n`).join("")}`.replace("40,2,", "40;2;"),
  ),
  "t/a.txt": bytesOf("1 1:2 3:4\n-1 2:1\n".repeat(20)),
  "t/b.txt": bytesOf("Once upon a time, é𝄞\n".repeat(20)),
  "t/images": idxFile([3, 4, 5], new Uint8Array(60)),
  "t/records.bin": new Uint8Array(3 * 3_073),
  "t/a.gz": new Uint8Array(gzipSync(idxFile([3, 4, 5], new Uint8Array(60)))),
  "t/a.zip": zipFile([
    { path: "a.csv", bytes: bytesOf(table) },
    { path: "b.csv", bytes: bytesOf(table), isStored: true },
  ]),
  "t/a.png": new Uint8Array(PNG.sync.write(picture())),
  "t/a.jpg": new Uint8Array(encodeJpeg(picture(), 80).data),
  "t/a.parquet": new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: "n", data: Array.from({ length: 60 }, (_, i) => i / 3), type: "DOUBLE" },
        { name: "letter", data: Array.from({ length: 60 }, (_, i) => "abc"[i % 3]!), type: "STRING" },
        {
          name: "is",
          data: Array.from({ length: 60 }, (_, i) => (i % 4 === 0 ? null : i % 3 === 0)),
          type: "BOOLEAN",
          nullable: true,
        },
      ],
      rowGroupSize: 25,
    }),
  ),
};

/** Bytes that were changed here and there, cut off, doubled or put into disorder. */
const damaged = (bytes: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }).map((changes) => {
      const changed = bytes.slice();
      for (const [at, value] of changes) changed[at] = value;
      return changed;
    }),
    fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(7)), { minLength: 1, maxLength: 3 }).map((flips) => {
      const changed = bytes.slice();
      for (const [at, bit] of flips) changed[at]! ^= 1 << bit;
      return changed;
    }),
    fc.nat(bytes.length).map((end) => bytes.slice(0, end)),
    fc
      .tuple(fc.nat(bytes.length), fc.nat(bytes.length))
      .map(([a, b]) => new Uint8Array(Buffer.concat([bytes.subarray(0, a), bytes.subarray(b)]))),
  );

async function expectTyped(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await readTexts({ [path]: bytes }, { decodeImage });
  } catch (cause) {
    expect(cause).toBeInstanceOf(DataError);
    expect((cause as Error).message).toMatch(/^[^\n]{1,1500}$/);
    expect((cause as Error).message).toMatch(/expected/);
  }
}

describe("a damaged file", () => {
  it.each(Object.keys(good))("of %s is read or refused in one sentence, and nothing else happens", async (path) => {
    await readTexts({ [path]: good[path]! }, { decodeImage });
    const before = process.memoryUsage().rss;
    await fc.assert(
      fc.asyncProperty(damaged(good[path]!), (bytes) => expectTyped(path, bytes)),
      { numRuns: 150 },
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 2 ** 20);
  });

  it("of any bytes is read or refused in one sentence", async () => {
    const begun = fc.constantFrom(...Object.values(good)).map((bytes) => bytes.slice(0, 12));
    const any = fc.tuple(fc.oneof(fc.constant(new Uint8Array()), begun), fc.uint8Array({ maxLength: 200 }));
    await fc.assert(
      fc.asyncProperty(any, fc.constantFrom("a", "a.csv", "a/b.png"), ([start, rest], path) =>
        expectTyped(path, new Uint8Array(Buffer.concat([start, rest]))),
      ),
      { numRuns: 400 },
    );
  });
});
