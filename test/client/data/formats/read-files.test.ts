import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../../client/data/data-set.ts";
import { inputFileOf, inputFileOfBytes } from "../../../../client/data/files/input-file.ts";
import { readFiles } from "../../../../client/data/read-files.ts";
import { idxFile } from "../idx-file.ts";

const images = idxFile(
  [3, 2, 2],
  Uint8Array.from({ length: 12 }, (_, i) => i),
);
const labels = idxFile([3], Uint8Array.of(2, 0, 1));
const testImages = idxFile([1, 2, 2], Uint8Array.of(9, 8, 7, 6));
const testLabels = idxFile([1], Uint8Array.of(3));

describe("readFiles", () => {
  it("reads MNIST's four files, packed or not, told apart by their names, and leaves a README out", async () => {
    const found = await readFiles([
      inputFileOfBytes("digits/README.md", new TextEncoder().encode("# digits")),
      inputFileOfBytes("digits/train-images-idx3-ubyte.gz", new Uint8Array(gzipSync(images))),
      inputFileOfBytes("digits/train-labels-idx1-ubyte", labels),
      inputFileOf(new File([Buffer.from(testImages)], "t10k-images-idx3-ubyte")),
      inputFileOfBytes("digits/t10k-labels-idx1-ubyte", testLabels),
    ]);
    expect(found).toEqual({
      format: "idx",
      leftOut: ["digits/README.md"],
      train: {
        kind: "images",
        ...{ height: 2, width: 2, channels: 1 },
        pixels: Uint8Array.from({ length: 12 }, (_, i) => i),
        labels: Int32Array.of(2, 0, 1),
        classes: ["0", "1", "2", "3"],
      },
      test: {
        kind: "images",
        ...{ height: 2, width: 2, channels: 1 },
        pixels: Uint8Array.of(9, 8, 7, 6),
        labels: Int32Array.of(3),
        classes: ["0", "1", "2", "3"],
      },
    });
  });

  it("tells how much is read, up to all of it", async () => {
    const told: number[] = [];
    await readFiles([inputFileOfBytes("images", images), inputFileOfBytes("labels", labels)], {
      progress: ({ read, total }) => told.push(read / total),
    });
    expect(told[0]).toBe(0);
    expect(told.at(-1)).toBe(1);
    expect(told).toEqual([...told].sort((a, b) => a - b));
  });

  it("stops where its signal is aborted", async () => {
    const reason = new Error("enough");
    const files = [inputFileOfBytes("images", images)];
    await expect(readFiles(files, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it.each([
    ["no file", [], "data: expected at least one file, got none"],
    ["an empty file", [inputFileOfBytes("a.csv", new Uint8Array())], "a.csv: expected data, got an empty file"],
    [
      "labels without images",
      [inputFileOfBytes("labels", labels)],
      "labels: expected images beside it, an IDX file of 3 or 4 dimensions, got none",
    ],
    [
      "labels of another number",
      [inputFileOfBytes("images", images), inputFileOfBytes("labels", testLabels)],
      "labels: expected 3 labels, one for each image, got 1",
    ],
    [
      "two files of images",
      [inputFileOfBytes("a", images), inputFileOfBytes("b", images)],
      "b: expected one file of images and one of labels for each part, got one more",
    ],
  ])("refuses %s", async (_, files, message) => {
    await expect(readFiles(files)).rejects.toThrow(new DataError(message));
  });
});
