import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../../client/data/data-set.ts";
import type { FoundTable } from "../../../../client/data/found-data.ts";
import { cellsOf, readTexts, tableIn } from "./read-texts.ts";

/** What RFC 4180 asks of a writer. */
function written(rows: readonly (readonly string[])[], delimiter: string, newline: string): string {
  const cell = (text: string): string => (/["\r\n,;|\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map(cell).join(delimiter) + newline).join("");
}

describe("a table in text", () => {
  it("reads as it was written: numbers, categories and texts, quotes and all, by any separator and end of line", async () => {
    const word = fc
      .string({ unit: fc.constantFrom(..."abz\"',;|\t\n é𝄞 "), minLength: 1, maxLength: 12 })
      .map((text) => `w${text}w`);
    const row = fc.tuple(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom("red", "green", "blue"), word);
    const tables = fc.array(row, { minLength: 30, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        tables,
        fc.constantFrom(",", ";", "\t", "|"),
        fc.constantFrom("\n", "\r\n"),
        async (rows, delimiter, newline) => {
          // As many different texts as rows, so that they are no categories.
          const texts = rows.map(([, , text], i) => `${text}${i}`);
          const table = rows.map(([number, color], i) => [`${number}`, color, texts[i]!]);
          const got = await tableIn(written([["size", "color", "what it says"], ...table], delimiter, newline));
          expect(got).toEqual({
            size: rows.map(([number]) => number + 0),
            color: rows.map(([, color]) => color),
            "what it says": texts,
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ["a header above numbers", "a,b\n1,2\n3,4\n", { a: [1, 3], b: [2, 4] }],
    ["no header", "1,2\n3,4\n", { x1: [1, 3], x2: [2, 4] }],
    [
      "a header above words only",
      "color,size\nred,big\nblue,big\nred,big\n",
      { color: ["red", "blue", "red"], size: ["big", "big", "big"] },
    ],
    ["words only and no header", "red,big\nblue,big\nred,big\n", { x1: ["red", "blue", "red"], x2: ["big", "big", "big"] }],
    ["a column without a name", ",a\n0,5\n1,6\n", { x1: [0, 1], a: [5, 6] }],
    ["quotes, an end of line in them, blank lines", 'a,b\r\n1,"x\r\n""y"""\r\n\r\n2,"z"', { a: [1, 2], b: ['x\r\n"y"', "z"] }],
    ["decimal commas between semicolons", "a;b\n1,5;-2\n2,25;3,5e1\n", { a: [1.5, 2.25], b: [-2, 35] }],
    ["tabs", "a\tb\n1\tx, y\n2\tx, y\n", { a: [1, 2], b: ["x, y", "x, y"] }],
    ["missing values", "a,b\n1,u\n?,NA\n,v\nNaN,u\nnull,\n", { a: [1, null, null, null, null], b: ["u", null, "v", "u", null] }],
    ["a byte order mark", "\ufeffa,b\n1,2\n3,4\n", { a: [1, 3], b: [2, 4] }],
    ["old Mac ends of line", "a,b\r1,2\r3,4", { a: [1, 3], b: [2, 4] }],
    ["spaces around cells", "a , b\n 1 , 2\n3,4 \n", { a: [1, 3], b: [2, 4] }],
  ])("is read with %s", async (_, text, cells) => {
    expect(await tableIn(text)).toEqual(cells);
  });

  it("has the header that it is said to have", async () => {
    expect(await tableIn("1999,2000\n3,4\n", { header: true })).toEqual({ "1999": [3], "2000": [4] });
    expect(await tableIn("a,b\n3,4\n", { header: false }).catch((error: Error) => error.message)).toEqual({
      x1: ["a", "3"],
      x2: ["b", "4"],
    });
  });

  it("with scikit-learn's first row takes its class names, and marks the label", async () => {
    const { train } = await readTexts({ "a.csv": "3,2,no,yes\n1.5,2,0\n2.5,3,1\n3.5,4,1\n" });
    expect((train as FoundTable).label).toBe("class");
    expect(cellsOf(train as FoundTable)).toEqual({ x1: [1.5, 2.5, 3.5], x2: [2, 3, 4], class: ["no", "yes", "yes"] });
  });

  it("has the kind of a column over all files, train and test", async () => {
    const { train, test } = await readTexts({
      "train.csv": "a,b\n1,x\n2,y\n",
      "test.csv.gz": new Uint8Array(gzipSync("a,b\n3,z\n4,y\n")),
    });
    expect(train).toMatchObject({ columns: [{ kind: "number" }, { kind: "category", categories: ["x", "y", "z"] }] });
    expect(cellsOf(test as FoundTable)).toEqual({ a: [3, 4], b: ["z", "y"] });
  });

  it("sorts categories by number, then by text", async () => {
    const { train } = await readTexts({ "a.csv": "a,b\n1,10\n1,9\n1,b\n1,B\n1,9\n" });
    expect(train).toMatchObject({ columns: [{}, { categories: ["9", "10", "B", "b"] }] });
  });

  const numbers = Array.from({ length: 20 }, (_, i) => `${i},${i}\n`).join("");
  it.each([
    ["a ragged row", `a,b\n1,2\n3\n4,5\n${numbers}`, "a.csv: row 3: expected 2 cells, got 1"],
    [
      "a cell too many after a quoted one with an end of line",
      `a,b\n"1\n",2\n3,4,5\n${numbers}`,
      "a.csv: row 3: expected 2 cells, got 3",
    ],
    ["mixed types", `a,b\n${numbers}1,old\n`, 'a.csv: row 22, column b: expected a number like the 20 others, got "old"'],
    [
      "infinity among numbers",
      `a,b\n${numbers}1,inf\n`,
      'a.csv: row 22, column b: expected a number like the 20 others, got "inf"',
    ],
    [
      "two kinds of decimal marks",
      "a;b\n1,5;2\n2.5;3\n",
      'a.csv: row 3, column a: expected one kind of decimal mark, got "2.5" and "1,5"',
    ],
    ["a name twice", "a,a\n1,2\n", 'a.csv: row 1: expected a different name for each column, got "a" for columns 1 and 2'],
    ["a header alone", "a,b\n", "a.csv: expected rows below the header, got none"],
    [
      "a quote that goes on",
      'a,b\n1,"x"y\n2,"z"\n',
      "a.csv: row 2: expected a quote that is closed before the next separator, got more characters after it",
    ],
    [
      "a quote that is not closed",
      'a,b\n1,2\n3,4\n5,"6\n7,8\n',
      "a.csv: row 4: expected a quote that is closed before the next separator, got the end of the file",
    ],
    [
      "a class out of range",
      "3,2,no,yes\n1,2,0\n1,2,2\n1,2,1\n",
      'a.csv: row 3, column class: expected the number of a class, from 0 to 1, got "2"',
    ],
    [
      "fewer rows than the first says",
      "4,2,no,yes\n1,2,0\n1,2,1\n",
      "a.csv: row 1: expected the number of rows, 2, got 4: is the file whole?",
    ],
  ])("is refused for %s", async (_, text, message) => {
    await expect(tableIn(text, text.startsWith("a,b\n") && text.length < 6 ? { header: true } : {})).rejects.toThrow(
      new DataError(message),
    );
  });

  it("is refused where another file has other columns", async () => {
    await expect(readTexts({ "a.csv": "a,b\n1,2\n", "b.csv": "a,c\n1,2\n" })).rejects.toThrow(
      new DataError('b.csv: column 2: expected the name "b" as in a.csv, got "c"'),
    );
  });

  it.each([
    ["Latin-1", Buffer.from("name,n\nJosé,1\n", "latin1"), "0xe9 at byte 11"],
    ["a character cut short at the end", Buffer.from("name,n\nJos,1\n\u00e9").subarray(0, -1), "0xc3 at byte 14"],
    ["an overlong character", Buffer.concat([Buffer.from("a,b\n1,"), Buffer.of(0xe0, 0x80, 0x80)]), "0xe0 at byte 7"],
  ])("in %s is refused with the byte's place", async (_, bytes, place) => {
    await expect(readTexts({ "a.csv": new Uint8Array(bytes) })).rejects.toThrow(
      new DataError(`a.csv: expected text in UTF-8, got the byte ${place}: save it as UTF-8`),
    );
  });

  it("in UTF-16 is refused by that name", async () => {
    await expect(readTexts({ "a.csv": new Uint8Array(Buffer.from("\ufeffa,b\n1,2\n", "utf16le")) })).rejects.toThrow(
      "got UTF-16",
    );
  });

  it("of many pieces is read as one, each character whole", async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => `${i},"é𝄞 ${i}"\n`).join("");
    const { train } = await readTexts({ "a.csv": `n,t\n${rows}` });
    const [n, t] = (train as FoundTable).columns;
    expect(n).toMatchObject({ kind: "number", values: Float64Array.from({ length: 60_000 }, (_, i) => i) });
    expect(t).toEqual({ kind: "text", name: "t", values: Array.from({ length: 60_000 }, (_, i) => `é𝄞 ${i}`) });
  });

  it("with a quote that never ends is refused before it fills the memory", async () => {
    const text = `a,b\n1,2\n"${"x,y\n".repeat(400_000)}`;
    await expect(tableIn(text)).rejects.toThrow(
      "a.csv: row 3: expected at most 1048576 characters, got more: is a quote not closed?",
    );
  });
});
