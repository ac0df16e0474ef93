import { parquetHeader } from "hyparquet/src/column.js";
import { decompressPage } from "hyparquet/src/datapage.js";
import type { ColumnMetaData, Compressors } from "hyparquet/src/index.js";

/** Bytes of one page; more is not needed for a table of the cells that there may be. */
const maxPageBytes = 256 * 2 ** 20;
/** Values that writers add to a run to fill whole groups of eight. */
const maxPadding = 512;

export interface PageCheck {
  readonly meta: ColumnMetaData;
  readonly compressors: Compressors;
  /** Rows of the row group. */
  readonly rows: number;
  readonly isOptional: boolean;
}

/**
 * Checks the pages of a flat column's chunk before the package reads it: that takes sizes, counts and the lengths of runs from the file, and
 * would write and count as far as they say. O(bytes).
 * @throws {RangeError} if one is more than the row group has
 */
export function checkPages(chunk: Uint8Array, check: PageCheck): void {
  const reader = { view: new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength), offset: 0 };
  const { meta, compressors, rows, isOptional } = check;
  const unpacked = (packed: Uint8Array, bytes: number): Uint8Array => decompressPage(packed, bytes, meta.codec, compressors);
  while (reader.offset < chunk.length - 1) {
    const header = parquetHeader(reader);
    const bytes = bounded(header.uncompressed_page_size, maxPageBytes);
    const end = reader.offset + bounded(header.compressed_page_size, chunk.length - reader.offset);
    const packed = chunk.subarray(reader.offset, end);
    reader.offset = end;
    if (header.dictionary_page_header !== undefined) bounded(header.dictionary_page_header.num_values, bytes);
    if (header.data_page_header !== undefined) {
      const { num_values: count, encoding } = header.data_page_header;
      const page = unpacked(packed, bytes);
      const levels = isOptional ? 4 + checkRuns(prefixed(page), 1, bounded(count, rows)) : 0;
      checkValues(page.subarray(levels), { encoding, type: meta.type, count: bounded(count, rows) });
    }
    const second = header.data_page_header_v2;
    if (second !== undefined) {
      const count = bounded(second.num_values, rows);
      bounded(second.num_nulls, count);
      const repeats = bounded(second.repetition_levels_byte_length, packed.length);
      const levels = bounded(second.definition_levels_byte_length, packed.length - repeats);
      if (isOptional) checkRuns(packed.subarray(repeats, repeats + levels), 1, count);
      const rest = packed.subarray(repeats + levels);
      const page = second.is_compressed === false ? rest : unpacked(rest, bounded(bytes - repeats - levels, maxPageBytes));
      checkValues(page, { encoding: second.encoding, type: meta.type, count });
    }
  }
}

interface Values {
  readonly encoding: string;
  readonly type: string;
  readonly count: number;
}

function checkValues(page: Uint8Array, { encoding, type, count }: Values): void {
  if (!/^(RLE|PLAIN_DICTIONARY|RLE_DICTIONARY)$/.test(encoding) || count === 0 || page.length === 0) return;
  if (type === "BOOLEAN") checkRuns(prefixed(page), 1, count);
  else checkRuns(page.subarray(1), bounded(page[0]!, 32), count);
}

/** What follows a length of four bytes, as far as that says. */
function prefixed(page: Uint8Array): Uint8Array {
  const length = new DataView(page.buffer, page.byteOffset, page.byteLength).getUint32(0, true);
  return page.subarray(4, 4 + bounded(length, page.length - 4));
}

/** Walks through runs of the RLE and bit-packed hybrid up to `count` values. @returns the bytes that there are */
function checkRuns(bytes: Uint8Array, width: number, count: number): number {
  let [at, seen] = [0, 0];
  while (seen < count && at < bytes.length) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at] ?? 0;
      at += 1;
      header += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
      bounded(shift, 28);
    }
    const isPacked = header % 2 === 1;
    const run = bounded(isPacked ? (header - 1) * 4 : header / 2, count + maxPadding);
    at += isPacked ? (run / 8) * width : Math.ceil(width / 8);
    seen += run;
  }
  return bytes.length;
}

/** @throws {RangeError} unless it is a whole number from 0 to `max` */
function bounded(value: number, max: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new RangeError(`expected 0 to ${max}, got ${value}`);
}
