import { allFinite, denseUpdate, seededUpdate, sparseUpdate, type Update } from "../update.ts";
import { type Reader, WireError, type Writer } from "./bytes.ts";

const supportAll = 0;
const supportIndices = 1;
const supportSeeded = 2;
const supportRuns = 3;
const mostSeed = 2 ** 32 - 1;

/**
 * support (1 byte) · for indices: count (varint), then the gaps between them (varints: first index, then index − previous − 1);
 * indices that lie in runs, so that bounds are shorter than gaps: runs (varint), then each run's gap (varint: start − the end
 * before, less 1 but for the first) and size less 1 (varint); for seeded: seed (varint, below 2³²), count (varint) · values as float32. The length d is not sent: both sides know the model.
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
    const runs = runCount(support.indices);
    if (liesInRuns(runs, support.indices.length)) writeRuns(writer, support.indices, runs);
    else writeIndices(writer, support.indices);
  }
  writer.bytes(new Uint8Array(values.data.buffer, values.data.byteOffset, values.data.byteLength));
}

function writeIndices(writer: Writer, indices: Uint32Array): void {
  writer.byte(supportIndices);
  writer.varint(indices.length);
  let previous = -1;
  for (let j = 0; j < indices.length; j += 1) {
    const index = indices[j]!;
    writer.varint(index - previous - 1);
    previous = index;
  }
}

function writeRuns(writer: Writer, indices: Uint32Array, runs: number): void {
  writer.byte(supportRuns);
  writer.varint(runs);
  // As if a run had ended just before 0: its gap is not less 1.
  let end = -1;
  for (let first = 0, j = 1; j <= indices.length; j += 1) {
    if (j < indices.length && indices[j] === indices[j - 1]! + 1) continue;
    writer.varint(indices[first]! - end - 1);
    writer.varint(j - first - 1);
    end = indices[j - 1]! + 1;
    first = j;
  }
}

/** How many runs of consecutive numbers the indices make. */
function runCount(indices: Uint32Array): number {
  let runs = indices.length === 0 ? 0 : 1;
  for (let j = 1; j < indices.length; j += 1) if (indices[j] !== indices[j - 1]! + 1) runs += 1;
  return runs;
}

/** Whether two numbers a run are fewer than one an entry: then, and only then, runs are written. */
function liesInRuns(runs: number, entries: number): boolean {
  return 2 * runs < entries;
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
  if (support !== supportIndices && support !== supportRuns)
    throw new WireError(`expected a support from ${supportAll} to ${supportRuns}, got ${support}`);
  const indices = support === supportRuns ? readRuns(reader, length) : readIndices(reader, length);
  if (liesInRuns(runCount(indices), indices.length) !== (support === supportRuns))
    throw new WireError("expected indices in their shorter form, got runs for gaps or gaps for runs");
  return sparseUpdate(length, indices, readValues(reader, indices.length));
}

function readIndices(reader: Reader, length: number): Uint32Array {
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
  return indices;
}

function readRuns(reader: Reader, length: number): Uint32Array {
  const runs = reader.varint(length, "a run count");
  // A run takes at least two bytes of bounds and four of value: check before allocating.
  if (reader.left < 6 * runs) throw new WireError(`expected at least ${6 * runs} bytes for ${runs} runs, got ${reader.left}`);
  const bounds = new Float64Array(2 * runs);
  let end = -1;
  let count = 0;
  for (let run = 0; run < runs; run += 1) {
    const start = end + 1 + reader.varint(length - 1, "a gap between runs");
    const size = 1 + reader.varint(length - 1, "a run's size");
    end = start + size;
    if (end > length) throw new WireError(`expected a run that ends by ${length}, got one to ${end}`);
    bounds[2 * run] = start;
    bounds[2 * run + 1] = end;
    count += size;
  }
  if (reader.left < 4 * count)
    throw new WireError(`expected at least ${4 * count} bytes for ${count} entries, got ${reader.left}`);
  const indices = new Uint32Array(count);
  for (let run = 0, j = 0; run < runs; run += 1) {
    for (let index = bounds[2 * run]!; index < bounds[2 * run + 1]!; index += 1, j += 1) indices[j] = index;
  }
  return indices;
}

/** Float32 values, copied out so that they are aligned and do not keep the message alive. */
export function readValues(reader: Reader, count: number): Float32Array {
  const copy = reader.bytes(4 * count).slice();
  const data = new Float32Array(copy.buffer, 0, count);
  if (!allFinite(data)) throw new WireError("expected finite values, got NaN or infinity");
  return data;
}
