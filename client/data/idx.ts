import { DataError } from "./data-set.ts";

/** An array of bytes with its sides, outermost first. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

/** A tab cannot train on more; a file that claims to be larger is broken or a gzip bomb. */
export const maxIdxBytes = 512 * 2 ** 20;

/** The type code of unsigned bytes, the only one that the MNIST family uses. */
const unsignedByte = 0x08;

/**
 * Reads an IDX file of unsigned bytes, gzipped or not, as MNIST and its relatives come:
 * 0 0 type dimensions, one big-endian uint32 a side, then the values, row-major (LeCun, Cortes, Burges 1998).
 * @param name the file's name, for errors
 * @throws {DataError} if the bytes are anything else
 */
export async function parseIdx(bytes: Uint8Array, name: string): Promise<IdxArray> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isGzip) return parseRaw(bytes, name);
  // Loaded only where there is something to unpack.
  const { gunzip } = await import("./gunzip.ts");
  return parseRaw(await gunzip(bytes, maxIdxBytes, name), name);
}

function parseRaw(bytes: Uint8Array, name: string): IdxArray {
  const refuse = (expected: string, got: string): never => {
    throw new DataError(`${name}: expected ${expected}, got ${got}`);
  };
  if (bytes.length < 4) refuse("an IDX header of at least 4 bytes", `${bytes.length} bytes`);
  if (bytes[0] !== 0 || bytes[1] !== 0) refuse("an IDX file, which begins with two zero bytes", `${bytes[0]} ${bytes[1]}`);
  if (bytes[2] !== unsignedByte) refuse("IDX type 8 (unsigned bytes)", `type ${bytes[2]}`);
  const dimensions = bytes[3]!;
  if (dimensions < 1 || dimensions > 4) refuse("1 to 4 dimensions", `${dimensions}`);
  const header = 4 + 4 * dimensions;
  if (bytes.length < header) refuse(`an IDX header of ${header} bytes`, `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape: number[] = [];
  let count = 1;
  for (let i = 0; i < dimensions; i += 1) {
    const side = view.getUint32(4 + 4 * i);
    shape.push(side);
    count *= side;
    if (count > maxIdxBytes) refuse(`at most ${maxIdxBytes} values`, shape.join(" × "));
  }
  if (bytes.length !== header + count) {
    refuse(`${header + count} bytes for ${shape.join(" × ")} values`, `${bytes.length} bytes`);
  }
  return { shape, values: bytes.subarray(header) };
}
