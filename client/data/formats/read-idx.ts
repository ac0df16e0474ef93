import { DataError } from "../data-set.ts";
import { bytesOf, type Content } from "../files/content.ts";
import { partsOf } from "../files/parts.ts";
import type { FoundImages } from "../found-data.ts";
import { type IdxArray, maxIdxBytes, parseIdx } from "../idx.ts";
import type { FoundParts } from "./format.ts";

interface NamedArray extends IdxArray {
  readonly path: string;
}

/** The images of one part, and their labels where there are any. */
interface Part {
  readonly images: NamedArray;
  readonly labels: NamedArray | null;
}

/** Reads the IDX files of one or two parts: images of three dimensions (four with channels), labels of one. */
export async function readIdx(files: readonly Content[]): Promise<FoundParts> {
  const arrays: NamedArray[] = [];
  for (const file of files)
    arrays.push({ path: file.path, ...(await parseIdx(await bytesOf(file, maxIdxBytes + 20), file.path)) });
  const parts = partsOf(arrays);
  const train = pair(parts.train)!;
  const test = pair(parts.test);
  const classes = Math.max(0, ...[train, test].map((part) => (part?.labels == null ? 0 : 1 + greatest(part.labels.values))));
  sameSize(train, test);
  return {
    train: imagesOf(train, classes),
    test: test === null ? null : imagesOf(test, classes),
    leftOut: parts.leftOut.map(({ path }) => path),
  };
}

function sameSize(train: Part, test: Part | null): void {
  const [size, other] = [train, test].map((part) => part?.images.shape.slice(1).join(" × "));
  if (other !== undefined && other !== size)
    throw new DataError(`${test!.images.path}: expected images of ${size} as in ${train.images.path}, got ${other}`);
  if ((train.labels === null) !== (test?.labels === null) && test !== null)
    throw new DataError(`${test.images.path}: expected labels for both parts or neither, got them for one`);
}

/** @returns null if there are no files */
function pair(arrays: readonly NamedArray[]): Part | null {
  if (arrays.length === 0) return null;
  const [images, ...moreImages] = arrays.filter(({ shape }) => shape.length >= 3);
  const [labels = null, ...moreLabels] = arrays.filter(({ shape }) => shape.length < 3);
  const more = moreImages[0] ?? moreLabels[0];
  if (images === undefined)
    throw new DataError(`${arrays[0]!.path}: expected images beside it, an IDX file of 3 or 4 dimensions, got none`);
  if (more !== undefined)
    throw new DataError(`${more.path}: expected one file of images and one of labels for each part, got one more`);
  if (images.values.length === 0) throw new DataError(`${images.path}: expected images, got ${images.shape.join(" × ")} values`);
  const [count = 0] = images.shape;
  if (labels !== null && (labels.shape.length !== 1 || labels.values.length !== count))
    throw new DataError(`${labels.path}: expected ${count} labels, one for each image, got ${labels.shape.join(" × ")}`);
  return { images, labels };
}

function imagesOf({ images, labels }: Part, classes: number): FoundImages {
  const [, height = 0, width = 0, channels = 1] = images.shape;
  return {
    kind: "images",
    ...{ height, width, channels },
    pixels: images.values,
    labels: labels === null ? null : Int32Array.from(labels.values),
    classes: labels === null ? [] : Array.from({ length: classes }, (_, label) => `${label}`),
  };
}

function greatest(labels: Uint8Array): number {
  let most = 0;
  for (let i = 0; i < labels.length; i += 1) most = Math.max(most, labels[i]!);
  return most;
}
