import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../../client/data/data-set.ts";
import { idxFile } from "../idx-file.ts";
import { readTexts } from "./read-texts.ts";
import { zipFile } from "./zip-file.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const table = text("a,b\n1,2\n3,4\n");

describe("a zip archive", () => {
  it("is read as the files in it, packed or stored, gzipped once more or not, folders and a README left out", async () => {
    const found = await readTexts({
      "digits.zip": zipFile([
        { path: "digits/", bytes: text("") },
        { path: "digits/README.md", bytes: text("# digits") },
        { path: "__MACOSX/digits/._train", bytes: text("x") },
        { path: "digits/train-images-idx3-ubyte.gz", bytes: new Uint8Array(gzipSync(idxFile([2, 1, 1], Uint8Array.of(7, 8)))) },
        { path: "digits/train-labels-idx1-ubyte", bytes: idxFile([2], Uint8Array.of(1, 0)), isStored: true },
      ]),
    });
    expect(found).toMatchObject({
      format: "idx",
      train: { pixels: Uint8Array.of(7, 8), labels: Int32Array.of(1, 0) },
      leftOut: ["digits/README.md", "__MACOSX/digits/._train"],
    });
  });

  it("of a large file is unpacked a piece at a time, and read twice for a table", async () => {
    const rows = Array.from({ length: 100_000 }, (_, i) => `${i},${i % 7}\n`).join("");
    const { train } = await readTexts({ "a.zip": zipFile([{ path: "a.csv", bytes: text(`n,m\n${rows}`) }]) });
    expect(train).toMatchObject({ kind: "table", rows: 100_000 });
  });

  it.each([
    [
      "cut short",
      zipFile([{ path: "a.csv", bytes: table }]).subarray(0, -30),
      "a.zip: expected a whole zip archive, got one that is cut short: its directory is missing",
    ],
    [
      "of one file more than it has",
      zipFile([{ path: "a.csv", bytes: table }])
        .with(-12, 2)
        .with(-14, 2),
      "a.zip: expected a whole zip archive, got a damaged one: its directory does not have the files that it should",
    ],
    [
      "whose file has another checksum",
      zipFile([{ path: "a.csv", bytes: table, said: { crc: 5 } }]),
      "a.zip: a.csv: expected a whole file in the archive, got one whose checksum is another",
    ],
    [
      "whose file is longer than it says",
      zipFile([{ path: "a.csv", bytes: table, said: { bytes: 5 } }]),
      "a.zip: a.csv: expected a whole file in the archive, got more bytes than its directory says",
    ],
    [
      "whose file is shorter than it says",
      zipFile([{ path: "a.csv", bytes: table, said: { bytes: 50 } }]),
      "a.zip: a.csv: expected a whole file in the archive, got 12 bytes in place of 50",
    ],
    [
      "that is encrypted",
      zipFile([{ path: "a.csv", bytes: table, said: { flags: 1 } }]),
      "a.zip: a.csv: expected a file that is not encrypted, got one that is",
    ],
    [
      "packed by another method",
      zipFile([{ path: "a.csv", bytes: table, said: { method: 93 } }]),
      "a.zip: a.csv: expected a file that is stored or packed by deflate, got method 93",
    ],
    [
      "that says it is a bomb",
      zipFile([{ path: "a.csv", bytes: table, said: { bytes: 2 ** 31 } }]),
      "a.zip: expected at most 1073741824 bytes in a zip archive, got 2147483648",
    ],
    ["of nothing", zipFile([]), "data: expected at least one file, got none"],
    [
      "that is a workbook",
      zipFile([{ path: "[Content_Types].xml", bytes: text("<x/>") }]),
      "a.zip: expected data, got a document of an office program: save its sheet as CSV",
    ],
  ])("%s is refused", async (_, bytes, message) => {
    await expect(readTexts({ "a.zip": bytes })).rejects.toThrow(new DataError(message));
  });

  it("that is a bomb but does not say so is refused before it fills the memory", async () => {
    const bomb = new Uint8Array(200 * 2 ** 20);
    const before = process.memoryUsage().rss;
    await expect(readTexts({ "a.zip": zipFile([{ path: "a.csv", bytes: bomb, said: { bytes: 1_000 } }]) })).rejects.toThrow(
      "got more bytes than its directory says",
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
  });
});

describe("a file of no format", () => {
  it.each([
    ["\x93NUMPY\x01\0", "a NumPy array"],
    ["%PDF-1.7\0", "a PDF document"],
    [`${"\0".repeat(257)}ustar`, "a tar archive: unpack it first"],
    ["\0\x01\x02\x03", "something else, which begins with 0x00 0x01 0x02 0x03"],
  ])("is refused by its name where it is known: %j", async (content, name) => {
    await expect(readTexts({ a: new Uint8Array(Buffer.from(content, "latin1")) })).rejects.toThrow(`, got ${name}`);
  });
});
