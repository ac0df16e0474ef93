import type { Content, Head } from "../files/content.ts";
import type { FoundData } from "../found-data.ts";

/** A kind of file that data come in. */
export interface DataFormat {
  readonly name: string;
  /** One sentence for people, without a full stop. */
  readonly summary: string;
  /** How its content is told, a phrase for people. */
  readonly told: string;
  /** How often a reader goes through a file. */
  readonly passes: 1 | 2;
  /** Whether a file is one sample, so that there are many of them; else absent. */
  readonly isOneSample?: true;
  /** Whether a file that begins so is of this format. */
  isBegunBy(head: Head): boolean;
  /** Loads the reader, with the packages that it needs. */
  load(): Promise<FormatReader>;
}

/**
 * Reads files of one format, of which there is at least one.
 * @throws {DataError} (as a rejection) naming the place where a file is not what it claims to be; nothing else but the signal's reason
 */
export type FormatReader = (files: readonly Content[], options: ReadOptions) => Promise<FoundParts>;

export interface FoundParts {
  readonly train: FoundData;
  readonly test: FoundData | null;
  /** Paths of files that were not needed; none where absent. */
  readonly leftOut?: readonly string[];
}

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** Tables: whether the first row names the columns; told by content where absent. */
  readonly header?: boolean;
  /** Images: all are brought to this size; where absent one of another size than the first is refused. */
  readonly imageSize?: { readonly height: number; readonly width: number };
  /** Decodes a PNG or JPEG file: the platform's own; where absent images are refused. */
  readonly decodeImage?: DecodeImage;
}

/** Decodes one picture. @throws {Error} (as a rejection) if it cannot */
export type DecodeImage = (bytes: Uint8Array, type: "image/png" | "image/jpeg") => Promise<DecodedImage>;

export interface DecodedImage {
  readonly height: number;
  readonly width: number;
  /** height · width · 4 bytes: red, green, blue, opacity; colors are not multiplied by opacity. */
  readonly rgba: Uint8Array | Uint8ClampedArray;
}
