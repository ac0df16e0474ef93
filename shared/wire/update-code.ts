import { allFinite, denseUpdate, entryCount, seededUpdate, sparseUpdate, type Update } from "../update.ts";
import { type Reader, WireError, type Writer } from "./bytes.ts";

const supportAll = 0;
const supportIndices = 1;
const supportSeeded = 2;
const mostSeed = 2 ** 32 - 1;

/**
 * support (1 byte) · for indices: count (varint), then the gaps between them (varints: first index, then index − previous − 1);
 * for seeded: seed (varint, below 2³²), count (varint) · values as float32. The length d is not sent: both sides know the model.
 */
export function writeUpdate(writer: Writer, update: Update): void {
  const { support, values } = update;
  if (support.kind === "all") {
    writer.byte(supportAll);
  } else if (support.kind === "seeded") {
    writer.byte(supportSeeded);
    writer.varint(support.seed);
    writer.varint(support.count);
  } else {
    writer.byte(supportIndices);
    writer.varint(entryCount(update));
    let previous = -1;
    for (let j = 0; j < support.indices.length; j += 1) {
      const index = support.indices[j]!;
      writer.varint(index - previous - 1);
      previous = index;
    }
  }
  writer.bytes(new Uint8Array(values.data.buffer, values.data.byteOffset, values.data.byteLength));
}

/**
 * @param length d of the model at hand
 * @throws {WireError} on a support byte that does not exist, indices out of order or range, bytes missing, values not finite
 */
export function readUpdate(reader: Reader, length: number): Update {
  const support = reader.byte();
  if (support === supportAll) return denseUpdate(readValues(reader, length));
  if (support === supportSeeded) {
    const seed = reader.varint(mostSeed, "a seed");
    return seededUpdate(length, seed, readValues(reader, reader.varint(length, "an entry count")));
  }
  if (support !== supportIndices)
    throw new WireError(`expected a support from ${supportAll} to ${supportSeeded}, got ${support}`);
  const count = reader.varint(length, "an entry count");
  // An entry takes at least one byte of index and four of value: check before allocating.
  if (reader.left < 5 * count)
    throw new WireError(`expected at least ${5 * count} bytes for ${count} entries, got ${reader.left}`);
  const indices = new Uint32Array(count);
  let previous = -1;
  for (let j = 0; j < count; j += 1) {
    previous += 1 + reader.varint(length - 1, "an index gap");
    if (previous >= length) throw new WireError(`expected an index below ${length}, got ${previous}`);
    indices[j] = previous;
  }
  return sparseUpdate(length, indices, readValues(reader, count));
}

/** Float32 values, copied out so that they are aligned and do not keep the message alive. */
export function readValues(reader: Reader, count: number): Float32Array {
  const copy = reader.bytes(4 * count).slice();
  const data = new Float32Array(copy.buffer, 0, count);
  if (!allFinite(data)) throw new WireError("expected finite values, got NaN or infinity");
  return data;
}
