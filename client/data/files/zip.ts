import { createCRC32 } from "hash-wasm";
import { Inflate } from "pako";
import { DataError } from "../data-set.ts";
import type { InputFile } from "./input-file.ts";
import { maxUnpackedBytes, piecesOf, type Source } from "./pieces.ts";

/** A million names of sixty bytes. */
const maxDirectoryBytes = 128 * 2 ** 20;
/** The comment at the end of an archive has at most 65,535 bytes, the record before it 22, and that of ZIP64 before it 20. */
const maxTailBytes = 65_535 + 22 + 20;
const sliceBytes = 2 ** 14;
/** Length of a path in an archive, in bytes. */
const maxNameBytes = 1_000;

interface Entry {
  readonly path: string;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Where its own header begins. */
  readonly at: number;
}

/**
 * The files in a zip archive (APPNOTE 6.3), each unpacked when it is read; folders are left out.
 * What all of them unpack to is bounded before any is, and each ends where the directory says.
 * @throws {DataError} (as a rejection) if it is damaged, cut short, encrypted, packed by another method than deflate, or too large
 */
export async function zipSources(file: InputFile, signal?: AbortSignal): Promise<readonly Source[]> {
  const entries = await readDirectory(file);
  const total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > maxUnpackedBytes)
    throw new DataError(`${file.path}: expected at most ${maxUnpackedBytes} bytes in a zip archive, got ${total}`);
  if (entries.some(({ path }) => path === "[Content_Types].xml"))
    throw new DataError(`${file.path}: expected data, got a document of an office program: save its sheet as CSV`);
  return entries
    .filter(({ path }) => !path.endsWith("/"))
    .map((entry) => ({ path: entry.path, file: null, pieces: () => unpack(file, entry, signal) }));
}

async function readDirectory(file: InputFile): Promise<readonly Entry[]> {
  const { path, size } = file;
  const refuse = (got: string): never => {
    throw new DataError(`${path}: expected a whole zip archive, got ${got}`);
  };
  const tailAt = Math.max(0, size - maxTailBytes);
  const tail = viewOf(await file.read(tailAt, size));
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) refuse("one that is cut short: its directory is missing");
  let [count, bytes, at] = [tail.getUint16(end + 10, true), tail.getUint32(end + 12, true), tail.getUint32(end + 16, true)];
  if (end >= 20 && tail.getUint32(end - 20, true) === 0x07064b50) {
    const record = viewOf(await file.read(Number(tail.getBigUint64(end - 12, true)), size));
    if (record.byteLength < 56 || record.getUint32(0, true) !== 0x06064b50) refuse("a damaged one");
    [count, bytes, at] = [32, 40, 48].map((offset) => Number(record.getBigUint64(offset, true))) as [number, number, number];
  }
  if (bytes > maxDirectoryBytes || at + bytes > size) refuse("a damaged one: its directory is longer than it may be");
  const directory = viewOf(await file.read(at, at + bytes));
  const entries: Entry[] = [];
  for (let offset = 0; entries.length < count; ) {
    if (offset + 46 > directory.byteLength || directory.getUint32(offset, true) !== 0x02014b50)
      refuse("a damaged one: its directory does not have the files that it should");
    const nameBytes = directory.getUint16(offset + 28, true);
    const more = directory.getUint16(offset + 30, true) + directory.getUint16(offset + 32, true);
    const name = new Uint8Array(
      directory.buffer,
      directory.byteOffset + offset + 46,
      Math.min(nameBytes, directory.byteLength - offset - 46),
    );
    const entry: Entry = {
      path: new TextDecoder().decode(name).replaceAll("\\", "/").replace(/\p{C}/gu, "\ufffd"),
      method: directory.getUint16(offset + 10, true),
      crc: directory.getUint32(offset + 16, true),
      packedBytes: directory.getUint32(offset + 20, true),
      bytes: directory.getUint32(offset + 24, true),
      at: directory.getUint32(offset + 42, true),
    };
    if (nameBytes > maxNameBytes) refuse("a damaged one: a name in it is too long");
    if ((directory.getUint16(offset + 8, true) & 1) === 1)
      throw new DataError(`${path}: ${entry.path}: expected a file that is not encrypted, got one that is`);
    if (entry.method !== 0 && entry.method !== 8)
      throw new DataError(
        `${path}: ${entry.path}: expected a file that is stored or packed by deflate, got method ${entry.method}`,
      );
    entries.push(entry);
    offset += 46 + nameBytes + more;
  }
  return entries;
}

async function* unpack(file: InputFile, entry: Entry, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const place = `${file.path}: ${entry.path}`;
  const damaged = (what: string): DataError => new DataError(`${place}: expected a whole file in the archive, got ${what}`);
  const header = viewOf(await file.read(entry.at, entry.at + 30));
  if (header.byteLength < 30 || header.getUint32(0, true) !== 0x04034b50) throw damaged("none where the directory says");
  const start = entry.at + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  if (start + entry.packedBytes > file.size) throw damaged("one that is cut short");
  const crc = await createCRC32();
  crc.init();
  const packed = piecesOf({ ...file, size: entry.packedBytes, read: (from, to) => file.read(start + from, start + to) }, signal);
  let length = 0;
  for await (const piece of entry.method === 0 ? packed : inflated(packed, entry.bytes, damaged)) {
    length += piece.length;
    crc.update(piece);
    yield piece;
  }
  if (length !== entry.bytes) throw damaged(`${length} bytes in place of ${entry.bytes}`);
  if (Number.parseInt(crc.digest("hex"), 16) !== entry.crc) throw damaged("one whose checksum is another");
}

async function* inflated(
  packed: AsyncIterable<Uint8Array>,
  maxBytes: number,
  damaged: (what: string) => DataError,
): AsyncGenerator<Uint8Array> {
  const inflate = new Inflate({ raw: true });
  let chunks: Uint8Array[] = [];
  let length = 0;
  inflate.onData = (chunk) => {
    length += chunk.length;
    if (length > maxBytes) throw damaged("more bytes than its directory says");
    chunks.push(chunk);
  };
  for await (const piece of packed) {
    for (let at = 0; at < piece.length && !inflate.ended; at += sliceBytes) {
      inflate.push(piece.subarray(at, at + sliceBytes), false);
      if (inflate.err !== 0) throw damaged("one that does not unpack");
      yield* chunks;
      chunks = [];
    }
  }
  if (!inflate.ended) throw damaged("one that is cut short");
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
