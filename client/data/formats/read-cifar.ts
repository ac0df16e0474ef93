import { joinChunks } from "../../../shared/base/join-chunks.ts";
import { DataError } from "../data-set.ts";
import { bytesOf, type Content } from "../files/content.ts";
import { partsOf } from "../files/parts.ts";
import type { FoundImages } from "../found-data.ts";
import { cifarClasses } from "./cifar-classes.ts";
import type { CifarKind } from "./cifar-kinds.ts";
import type { FoundParts } from "./format.ts";

const side = 32;
const planeBytes = side * side;
const imageBytes = 3 * planeBytes;
/** 170,000 images, nearly three times as many as are published. */
const maxBytes = 500 * 2 ** 20;

/** Reads records of CIFAR; the files of one part (data_batch_1 … 5) follow each other. */
export async function readCifar(files: readonly Content[], kind: CifarKind): Promise<FoundParts> {
  const { train, test, leftOut } = partsOf(files);
  return {
    train: await readPart(train, kind),
    test: test.length === 0 ? null : await readPart(test, kind),
    leftOut: leftOut.map(({ path }) => path),
  };
}

async function readPart(files: readonly Content[], { name, bounds }: CifarKind): Promise<FoundImages> {
  const record = bounds.length + imageBytes;
  const parts: Uint8Array[] = [];
  let length = 0;
  for (const file of files) {
    const bytes = await bytesOf(file, maxBytes - length);
    if (bytes.length % record !== 0)
      throw new DataError(
        `${file.path}: expected whole records of ${record} bytes, got ${bytes.length} bytes: is the file whole?`,
      );
    check(bytes, { path: file.path, bounds });
    parts.push(bytes);
    length += bytes.length;
  }
  const count = length / record;
  const pixels = new Uint8Array(count * imageBytes);
  const labels = new Int32Array(count);
  const records = joinChunks(parts, length);
  for (let image = 0; image < count; image += 1) {
    const from = image * record + bounds.length;
    labels[image] = records[from - 1]!;
    // The file has the red plane, then the green, then the blue.
    for (let p = 0; p < planeBytes; p += 1) {
      for (let channel = 0; channel < 3; channel += 1)
        pixels[image * imageBytes + 3 * p + channel] = records[from + channel * planeBytes + p]!;
    }
  }
  return { kind: "images", height: side, width: side, channels: 3, pixels, labels, classes: cifarClasses[name]! };
}

interface CheckOptions {
  readonly path: string;
  readonly bounds: readonly number[];
}

/** @throws {DataError} if a label is out of range */
function check(bytes: Uint8Array, { path, bounds }: CheckOptions): void {
  const record = bounds.length + imageBytes;
  for (let at = 0; at < bytes.length; at += record) {
    for (let i = 0; i < bounds.length; i += 1) {
      if (bytes[at + i]! < bounds[i]!) continue;
      throw new DataError(
        `${path}: image ${1 + at / record}: expected a label from 0 to ${bounds[i]! - 1}, got ${bytes[at + i]} (byte ${at + i + 1})`,
      );
    }
  }
}
