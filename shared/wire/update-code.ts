import { WireError } from "../base/wire-error.ts";
import { valueFormatOf, valueFormats } from "../vector/formats/value-formats.ts";
import { placesUpdate, type Update, type Values } from "../vector/update.ts";
import type { UpdateBreakdown } from "./byte-breakdown.ts";
import type { Reader, Writer } from "./bytes.ts";
import { readSupport, supportAt, writeSupport } from "./support-code.ts";

/**
 * a byte, 16 · support + value format · what the support takes · the values in their format, for f32 after zeros up to a
 * multiple of four bytes from the message's start; none for places, whose format is 0. The length d is not sent: both sides know the model. Of the values nothing
 * is copied before the writer finishes, of the indices one block is held.
 * @returns how many bytes the indices and the values take
 */
export function writeUpdate(writer: Writer, { support, values, length }: Update): UpdateBreakdown {
  const format = valueFormatOf(values.format);
  writer.byte(16 * supportAt(support) + format.id);
  const start = writer.length;
  writeSupport(writer, support, length);
  const index = writer.length - start;
  if (support.kind === "places") return { index, value: 0 };
  if (values.format === "f32") writer.align();
  writer.bytes(values.format === "f32" ? format.pack(values.data) : values.packed);
  return { index, value: format.size(values.data.length) };
}

/**
 * Takes time in proportion to the bytes that are there, and allocates for k entries only where k values are there.
 * @param length d of the model at hand
 * @param places the most places without values
 * @throws {WireError} on anything that `writeUpdate` does not write for this length; that each block of indices has its shortest
 * form is not checked
 */
export function readUpdate(
  reader: Reader,
  length: number,
  { places = 0 }: { readonly places?: number | undefined } = {},
): Update {
  const head = reader.byte();
  const kind = head >> 4;
  const id = head & 15;
  const format = valueFormats[id];
  if (format === undefined) throw new WireError(`expected a value format up to ${valueFormats.length - 1}, got ${id}`);
  const { support, count } = readSupport(reader, kind, { length, valueBytes: format.size, places });
  if (support.kind === "places") {
    if (id !== 0) throw new WireError(`expected value format 0 for places, got ${id}`);
    return placesUpdate(length, support.indices);
  }
  if (format.name === "f32") reader.align();
  const bytes = reader.bytes(format.size(count));
  return { kind: "column", length, support, values: valuesOf(format.name, format.unpack(bytes, count), bytes) };
}

/** `packed` in a buffer of its own: a view would keep the indices alive with it, which are several times as many bytes. */
function valuesOf(format: Values["format"], data: Float32Array, packed: Uint8Array): Values {
  return format === "f32" ? { format, data } : { format, data, packed: packed.slice() };
}
