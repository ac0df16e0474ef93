import { DataError } from "../../data-set.ts";
import { bytesOf, type Content } from "../../files/content.ts";
import { type Part, partOf } from "../../files/part-of.ts";
import { partsOf } from "../../files/parts.ts";
import type { FoundImages } from "../../found-data.ts";
import type { DecodedImage, DecodeImage, FoundParts, ReadOptions } from "../format.ts";
import { byNumberOrText } from "../tables/column-census.ts";
import { pictureHeader, pictureType } from "./picture-header.ts";
import { resizePicture } from "./resize-picture.ts";

const maxFileBytes = 64 * 2 ** 20;
/** 64 MiB decoded. */
const maxPicturePixels = 2 ** 24;
/** Bytes of all pictures of a part together. */
const maxBytes = 512 * 2 ** 20;
const maxClasses = 1_000;

interface Picture {
  readonly content: Content;
  readonly path: string;
  /** By the folders above its own: "test" may be the name of a class, or of a thing in a picture. */
  readonly part: Part | null;
  /** null: it lies in no folder. */
  readonly folder: string | null;
}

interface Size {
  readonly height: number;
  readonly width: number;
}

/**
 * Decodes pictures. The folder that a picture lies in names its class, a folder above it perhaps its part. All have the size of the first, or are
 * brought to `imageSize`. What is transparent is white. One channel if all are gray, else three.
 */
export async function readPictures(
  files: readonly Content[],
  { decodeImage, imageSize, signal }: ReadOptions,
): Promise<FoundParts> {
  if (decodeImage === undefined)
    throw new DataError(`${files[0]!.path}: expected a program that decodes pictures, got one that does not`);
  const pictures = files.map(pictureOf);
  const [bare, ...others] = [...pictures].sort((a, b) => Number(a.folder !== null) - Number(b.folder !== null));
  if (bare!.folder === null && others.at(-1)?.folder != null)
    throw new DataError(
      `${bare!.content.path}: expected a folder that names its class, as ${others.at(-1)!.content.path} has, got none`,
    );
  const classes = [...new Set(pictures.flatMap(({ folder }) => folder ?? []))].sort(byNumberOrText);
  if (classes.length > maxClasses)
    throw new DataError(`pictures: expected at most ${maxClasses} folders, one for each class, got ${classes.length}`);
  const { train, test, leftOut } = partsOf(pictures);
  const size = imageSize ?? (await sizeOf(train[0]!.content)).size;
  const options = { decodeImage, size, isResized: imageSize !== undefined, classes, ...(signal === undefined ? {} : { signal }) };
  const parts = [await readPart(train, options), ...(test.length === 0 ? [] : [await readPart(test, options)])];
  const [first, second = null] = parts.every(isGray) ? parts.map(grayOf) : parts;
  return { train: first!, test: second, leftOut: leftOut.map(({ content }) => content.path) };
}

function pictureOf(content: Content): Picture {
  const folders = content.path.split("/").slice(0, -1);
  const part = partOf(folders.slice(0, -1).join("/"));
  return { content, folder: folders.at(-1) ?? null, part, path: content.path };
}

interface PartOptions {
  readonly decodeImage: DecodeImage;
  readonly size: Size;
  readonly isResized: boolean;
  readonly classes: readonly string[];
  readonly signal?: AbortSignal;
}

async function readPart(pictures: readonly Picture[], options: PartOptions): Promise<FoundImages> {
  const { decodeImage, size, isResized, classes, signal } = options;
  const { height, width } = size;
  const imageBytes = 3 * height * width;
  if (pictures.length * imageBytes > maxBytes)
    throw new DataError(
      `pictures: expected at most ${maxBytes} bytes, got ${pictures.length} pictures of ${height}×${width}: choose a smaller size`,
    );
  const pixels = new Uint8Array(pictures.length * imageBytes);
  const labels = new Int32Array(pictures.length);
  for (const [i, { content, folder }] of pictures.entries()) {
    signal?.throwIfAborted();
    const { bytes, size: own } = await sizeOf(content);
    if (!isResized && (own.height !== height || own.width !== width))
      throw new DataError(
        `${content.path}: expected ${height}×${width} pixels like ${pictures[0]!.content.path}, got ${own.height}×${own.width}: choose one size for all`,
      );
    const decoded = await decode(bytes, content.path, decodeImage);
    if (decoded.height !== own.height || decoded.width !== own.width)
      throw new DataError(
        `${content.path}: expected ${own.height}×${own.width} pixels as its header says, got ${decoded.height}×${decoded.width}`,
      );
    writeOnWhite(resizePicture(decoded, size), pixels.subarray(i * imageBytes, (i + 1) * imageBytes));
    labels[i] = folder === null ? -1 : classes.indexOf(folder);
  }
  return { kind: "images", height, width, channels: 3, pixels, labels: classes.length === 0 ? null : labels, classes };
}

/** A picture's bytes, and its size by its header. @throws {DataError} if it is none, or too large to decode */
async function sizeOf(content: Content): Promise<{ readonly bytes: Uint8Array; readonly size: Size }> {
  const bytes = await bytesOf(content, maxFileBytes);
  const size = pictureHeader(bytes);
  if (size === null) throw new DataError(`${content.path}: expected a whole picture, got one without a header`);
  const { height, width } = size;
  if (height * width === 0 || height * width > maxPicturePixels)
    throw new DataError(`${content.path}: expected 1 to ${maxPicturePixels} pixels, got ${height}×${width}`);
  return { bytes, size };
}

async function decode(bytes: Uint8Array, path: string, decodeImage: DecodeImage): Promise<DecodedImage> {
  try {
    return await decodeImage(bytes, pictureType(bytes)!);
  } catch (cause) {
    throw new DataError(`${path}: expected a whole picture, got one that does not decode`, { cause });
  }
}

function writeOnWhite({ rgba }: DecodedImage, pixels: Uint8Array): void {
  for (let i = 0; 3 * i < pixels.length; i += 1) {
    const opacity = rgba[4 * i + 3]! / 255;
    for (let channel = 0; channel < 3; channel += 1)
      pixels[3 * i + channel] = Math.round(opacity * rgba[4 * i + channel]! + (1 - opacity) * 255);
  }
}

function isGray({ pixels }: FoundImages): boolean {
  for (let i = 0; i < pixels.length; i += 3) if (pixels[i] !== pixels[i + 1] || pixels[i] !== pixels[i + 2]) return false;
  return true;
}

function grayOf(found: FoundImages): FoundImages {
  const pixels = new Uint8Array(found.pixels.length / 3);
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = found.pixels[3 * i]!;
  return { ...found, channels: 1, pixels };
}
