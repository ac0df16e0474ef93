import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../../client/data/data-set.ts";
import type { FoundTable } from "../../../../client/data/found-data.ts";
import { idxFile } from "../idx-file.ts";
import { cellsOf, readTexts } from "./read-texts.ts";

/** A record of CIFAR: labels, and planes that are 1, 2 and 3 but for their first pixel. */
function record(...labels: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(labels.length + 3_072);
  bytes.set(labels);
  for (let channel = 0; channel < 3; channel += 1) {
    bytes.fill(channel + 1, labels.length + channel * 1_024, labels.length + (channel + 1) * 1_024);
    bytes[labels.length + channel * 1_024] = 10 * (channel + 1);
  }
  return bytes;
}

const records = (...all: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(all));

describe("records of CIFAR", () => {
  it("are read with channels last and the classes' names, files of a part one after the other", async () => {
    const found = await readTexts({
      "data_batch_2.bin": record(9),
      "data_batch_1.bin.gz": new Uint8Array(gzipSync(records(record(3), record(0)))),
      "test_batch.bin": record(8),
    });
    expect(found).toMatchObject({
      format: "cifar10",
      train: { height: 32, width: 32, channels: 3, labels: Int32Array.of(3, 0, 9) },
      test: { labels: Int32Array.of(8) },
    });
    if (found.train.kind !== "images") throw new Error("expected images");
    expect(found.train.classes[3]).toBe("cat");
    expect([...found.train.pixels.subarray(0, 6)]).toEqual([10, 20, 30, 1, 2, 3]);
    expect(found.train.pixels).toHaveLength(3 * 3_072);
  });

  it("of a hundred classes are told by their two labels", async () => {
    const found = await readTexts({ "train.bin": records(record(19, 99), record(11, 0)) });
    expect(found).toMatchObject({ format: "cifar100", train: { labels: Int32Array.of(99, 0), classes: { length: 100 } } });
  });

  it("with a label out of range are refused by image and byte", async () => {
    const many = Array.from({ length: 30 }, () => record(1));
    await expect(readTexts({ "a.bin": records(...many, record(10)) })).rejects.toThrow(
      new DataError("a.bin: image 31: expected a label from 0 to 9, got 10 (byte 92191)"),
    );
  });

  it("cut short are refused", async () => {
    const many = Array.from({ length: 30 }, () => record(1));
    await expect(readTexts({ "a.bin": records(...many).subarray(0, -1) })).rejects.toThrow(
      new DataError("a.bin: expected whole records of 3073 bytes, got 92189 bytes: is the file whole?"),
    );
  });
});

describe("LIBSVM's rows", () => {
  it("become columns of numbers and a label of classes, over both parts alike", async () => {
    const { format, train, test } = await readTexts({ "a9a.txt": "-1 1:0.5 3:2\n+1 2:1\n", "a9a.t": "+1 4:1\n" });
    expect(format).toBe("libsvm");
    expect((train as FoundTable).label).toBe("label");
    expect(cellsOf(train as FoundTable)).toEqual({ f1: [0.5, 0], f2: [0, 1], f3: [2, 0], f4: [0, 0], label: ["-1", "1"] });
    expect(cellsOf(test as FoundTable)).toEqual({ f1: [0], f2: [0], f3: [0], f4: [1], label: ["1"] });
  });

  it("with broken labels are a column to predict", async () => {
    const { train } = await readTexts({ "a.txt": "0.5 1:1\n1.5 1:2\n" });
    expect((train as FoundTable).columns.at(-1)).toMatchObject({ kind: "number", name: "label" });
  });

  it.each([
    ["a pair that is none", "1 1:1\n1 1:1\n1 1:1\n1 2=3\n", 'a:4: expected index:value, got "2=3"'],
    ["a value that is not finite", "1 1:1\n1 1:1\n1 1:nan\n", 'a:3: expected a value that is finite, got "nan"'],
    ["a table too wide", "1 9999999:1\n".repeat(10), "a: expected at most 67108864 cells, got 10 rows of 9999999"],
  ])("are refused for %s", async (_, text, message) => {
    await expect(readTexts({ a: text })).rejects.toThrow(new DataError(message));
  });

  it("of two sets are refused by name", async () => {
    await expect(readTexts({ "a.txt": "1 1:1\n", "b.txt": "1 1:1\n" })).rejects.toThrow(
      new DataError("b.txt: expected one file to train on and one held out, got 2: which ones are meant?"),
    );
  });
});

describe("plain text", () => {
  it("is read whole, without its mark; files of a part follow each other, a third part is left out", async () => {
    const found = await readTexts({
      "train.txt": "\ufeffOnce, é𝄞\nupon\n",
      "valid.txt": "not this",
      "test.txt": "but this",
    });
    expect(found).toEqual({
      format: "text",
      train: { kind: "text", text: "Once, é𝄞\nupon\n" },
      test: { kind: "text", text: "but this" },
      leftOut: ["valid.txt"],
    });
  });

  it("of spaces alone is refused", async () => {
    await expect(readTexts({ "a.txt": " \n\n" })).rejects.toThrow(
      new DataError("a.txt: expected text, got only spaces and ends of lines"),
    );
  });

  it.each(["Roses are red,\nviolets are blue,\nsugar is sweet\nand so are you.\n\nA, b, c.\n", "12:30 noon: 5\n", "a\nb\nc\n"])(
    "is told from tables: %j",
    async (text) => {
      expect(await readTexts({ poem: text })).toMatchObject({ format: "text", train: { text } });
    },
  );
});

describe("files of several formats", () => {
  it("are refused by the names of both", async () => {
    await expect(readTexts({ "a.csv": "a,b\n1,2\n", "b.idx": idxFile([1], Uint8Array.of(1)) })).rejects.toThrow(
      new DataError("b.idx: expected the format csv like a.csv, got idx"),
    );
  });
});
