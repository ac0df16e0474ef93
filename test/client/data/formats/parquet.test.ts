import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../../client/data/data-set.ts";
import type { FoundTable } from "../../../../client/data/found-data.ts";
import { cellsOf, readTexts } from "./read-texts.ts";

const parquet = (columnData: ColumnSource[], rowGroupSize = 100): Uint8Array =>
  new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize }));

describe("Parquet", () => {
  it("is read as it was written, over row groups and missing values", async () => {
    const row = fc.record({
      size: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
      count: fc.integer(),
      big: fc.bigInt({ min: -(2n ** 50n), max: 2n ** 50n }),
      color: fc.option(fc.constantFrom("red", "green")),
      isOld: fc.option(fc.boolean()),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), fc.boolean(), async (rows, isPacked) => {
        const column = (name: keyof (typeof rows)[number], type: NonNullable<ColumnSource["type"]>): ColumnSource => ({
          ...{ name, type, nullable: true },
          data: rows.map((one) => one[name]),
        });
        const file = parquet(
          [
            column("size", "DOUBLE"),
            column("count", "INT32"),
            column("big", "INT64"),
            column("color", "STRING"),
            column("isOld", "BOOLEAN"),
          ],
          7,
        );
        const { format, train } = await readTexts({ a: isPacked ? new Uint8Array(gzipSync(file)) : file });
        expect(format).toBe("parquet");
        expect(cellsOf(train as FoundTable)).toEqual({
          size: rows.map(({ size }) => size),
          count: rows.map(({ count }) => count),
          big: rows.map(({ big }) => Number(big)),
          color: rows.map(({ color }) => color),
          isOld: rows.map(({ isOld }) => (isOld === null ? null : `${isOld}`)),
        });
      }),
      { numRuns: 50 },
    );
  });

  it("has texts where values hardly repeat, days where it has dates, and no index of rows", async () => {
    const { train } = await readTexts({
      a: parquet([
        { name: "says", data: Array.from({ length: 50 }, (_, i) => `number ${i}`), type: "STRING" },
        { name: "at", data: Array.from({ length: 50 }, () => new Date(86_400_000 * 1.5)), type: "TIMESTAMP" },
        { name: "__index_level_0__", data: Array.from({ length: 50 }, (_, i) => i), type: "INT32" },
      ]),
    });
    expect(train).toMatchObject({
      rows: 50,
      columns: [
        { kind: "text", name: "says" },
        { kind: "number", name: "at" },
      ],
    });
    expect(cellsOf(train as FoundTable)["at"]![7]).toBe(1.5);
    expect(train).toHaveProperty("columns.length", 2);
  });

  it("of several files of a part is one table, with the categories of all", async () => {
    const part = (...data: string[]): Uint8Array => parquet([{ name: "a", data, type: "STRING" }]);
    const { train, test } = await readTexts({ "train-00001": part("c"), "train-00000": part("b", "b"), "test-0": part("a") });
    expect(train).toMatchObject({ rows: 3, columns: [{ categories: ["a", "b", "c"], codes: Int32Array.of(1, 1, 2) }] });
    expect(test).toMatchObject({ rows: 1, columns: [{ codes: Int32Array.of(0) }] });
  });

  it.each([
    [
      "that is nested",
      { a: new Uint8Array(parquetWriteBuffer({ columnData: [{ name: "box", data: [[1, 2], [3]] }], schema: nested() })) },
      "a: column box: expected a flat column, with one value a row, got a nested one",
    ],
    [
      "with infinity",
      { a: parquet([{ name: "n", data: [1, Number.POSITIVE_INFINITY], type: "DOUBLE" }]) },
      "a: row 2, column n: expected a finite number or a date, got Infinity",
    ],
    [
      "of other columns than another file",
      { a: parquet([{ name: "n", data: [1], type: "DOUBLE" }]), b: parquet([{ name: "m", data: [1], type: "DOUBLE" }]) },
      "b: expected the columns of a (n), got others",
    ],
    [
      "cut short",
      { a: parquet([{ name: "n", data: [1], type: "DOUBLE" }]).subarray(0, -1) },
      "a: expected a whole Parquet file, got one that does not decode",
    ],
  ])("%s is refused", async (_, files, message) => {
    await expect(readTexts(files as Record<string, Uint8Array>)).rejects.toThrow(new DataError(message));
  });
});

function nested() {
  return [
    { name: "root", num_children: 1 },
    { name: "box", repetition_type: "OPTIONAL" as const, num_children: 1, converted_type: "LIST" as const },
    { name: "list", repetition_type: "REPEATED" as const, num_children: 1 },
    { name: "element", type: "INT32" as const, repetition_type: "OPTIONAL" as const },
  ];
}
