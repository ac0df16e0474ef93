import * as z from "zod/mini";
import { utf8Length } from "../../shared/base/utf8-length.ts";
import type { NamedTensor } from "../models/own/named-tensor.ts";

/** A file that is no safetensors file, or not one of float32 tensors. The message is one sentence for a person. */
export class SafetensorsError extends Error {
  override readonly name = "SafetensorsError";
  readonly code = "ERR_SAFETENSORS";
}

export interface TensorFile {
  readonly tensors: readonly NamedTensor[];
  /** Texts about the file, by key. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes before the header: its length, a little-endian uint64. */
const lengthBytes = 8;
/** The longest header that the format's own reader takes. */
const maxHeaderBytes = 100_000_000;
const metadataKey = "__metadata__";

/**
 * The bytes of a safetensors file: the header's length, a header in JSON padded with spaces to a multiple of 8, the values as
 * little-endian float32, without gaps, in the order given. O(bytes).
 * @throws {SafetensorsError} if two tensors bear one name, or one that the format keeps for itself
 */
export function writeSafetensors({ tensors, metadata }: TensorFile): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { [metadataKey]: metadata };
  let offset = 0;
  for (const { name, shape, values } of tensors) {
    if (Object.hasOwn(header, name)) throw new SafetensorsError(`expected tensors with names of their own, got two ${name}`);
    const size = shape.reduce((product, side) => product * side, 1);
    if (size !== values.length) throw new SafetensorsError(`${name}: expected ${size} values, got ${values.length}`);
    const end = offset + 4 * values.length;
    header[name] = { dtype: "F32", shape, data_offsets: [offset, end] };
    offset = end;
  }
  const text = JSON.stringify(header);
  const headerBytes = 8 * Math.ceil(utf8Length(text) / 8);
  const bytes = new Uint8Array(lengthBytes + headerBytes + offset).fill(0x20, lengthBytes, lengthBytes + headerBytes);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerBytes), true);
  new TextEncoder().encodeInto(text, bytes.subarray(lengthBytes));
  let at = lengthBytes + headerBytes;
  for (const { values } of tensors) {
    for (let i = 0; i < values.length; i += 1, at += 4) view.setFloat32(at, values[i]!, true);
  }
  return bytes;
}

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().check(z.minimum(0))).check(z.maxLength(32)),
  data_offsets: z.tuple([z.int().check(z.minimum(0)), z.int().check(z.minimum(0))]),
});
const headerSchema = z.record(z.string(), z.unknown());
const metadataSchema = z.record(z.string(), z.string());

/**
 * Reads a safetensors file of float32 tensors, in the order of their places. Tensors must lie without gaps and fill the file, as the
 * format demands: no byte is in two of them or in none.
 * @throws {SafetensorsError} if the bytes are anything else
 */
export function readSafetensors(bytes: Uint8Array): TensorFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < lengthBytes)
    throw new SafetensorsError(`expected a header of at least ${lengthBytes} bytes, got ${bytes.length}`);
  const headerBytes = view.getBigUint64(0, true);
  const most = Math.min(maxHeaderBytes, bytes.length - lengthBytes);
  if (headerBytes > BigInt(most))
    throw new SafetensorsError(`expected a header of at most ${most} bytes, got one of ${headerBytes}`);
  const start = lengthBytes + Number(headerBytes);
  const { [metadataKey]: about, ...entries } = parseHeader(bytes.subarray(lengthBytes, start));
  const metadata = metadataSchema.safeParse(about ?? {});
  if (!metadata.success) throw new SafetensorsError(`${metadataKey}: expected texts by key, got something else`);
  const placed = Object.entries(entries).map(([name, entry]) => ({ name, ...entryOf(name, entry) }));
  placed.sort((a, b) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);
  let expected = 0;
  const tensors = placed.map(({ name, shape, data_offsets: [from, to] }) => {
    const size = shape.reduce((product, side) => product * side, 1);
    if (from !== expected || to !== from + 4 * size) {
      throw new SafetensorsError(`${name}: expected its ${4 * size} bytes from ${expected} on, got ${from} to ${to}`);
    }
    expected = to;
    if (start + to > bytes.length)
      throw new SafetensorsError(`${name}: expected ${start + to} bytes, got ${bytes.length}: cut short?`);
    return { name, shape, values: Float32Array.from({ length: size }, (_, i) => view.getFloat32(start + from + 4 * i, true)) };
  });
  if (start + expected !== bytes.length) throw new SafetensorsError(`expected ${start + expected} bytes, got ${bytes.length}`);
  return { tensors, metadata: metadata.data };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  try {
    return headerSchema.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch (cause) {
    throw new SafetensorsError("expected a header in JSON, got something else: not a safetensors file?", { cause });
  }
}

function entryOf(name: string, entry: unknown): z.infer<typeof entrySchema> {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) throw new SafetensorsError(`${name}: expected dtype, shape and data_offsets, got something else`);
  if (parsed.data.dtype !== "F32") throw new SafetensorsError(`${name}: expected float32 (F32), got ${parsed.data.dtype}`);
  return parsed.data;
}
