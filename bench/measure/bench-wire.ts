import { gzipSync } from "node:zlib";
import { formatted } from "../../shared/vector/formats/formatted.ts";
import { valueFormats } from "../../shared/vector/formats/value-formats.ts";
import { sparseUpdate, type Update, type Values } from "../../shared/vector/update.ts";
import { createReader, createWriter } from "../../shared/wire/bytes.ts";
import { readUpdate, writeUpdate } from "../../shared/wire/update-code.ts";
import { boundBits, drawSupport, drawValues } from "./bench-supports.ts";
import { measureRealWire, type RealWireRow } from "./bench-wire-real.ts";
import { indexBytes } from "./index-bytes.ts";

/** A random support of k of d coordinates with float32 values: as an update on the wire, and in other encodings. */
interface WireRow extends Times {
  readonly type: "wire";
  readonly length: number;
  readonly entries: number;
  readonly density: number;
  readonly bitsPerIndex: number;
  /** log₂ C(d, k) / k. */
  readonly boundBitsPerIndex: number;
  readonly ratio: number;
  readonly bytes: number;
  /** Bytes as pairs of index and value, four bytes each. */
  readonly pairBytes: number;
  /** Bytes with gaps as LEB128, and the values. */
  readonly varintBytes: number;
  /** Bytes of the pairs, indices first, by zlib's default; null if the pairs are more than 16 MB. */
  readonly gzipBytes: number | null;
}

/** A whole update with 1 % of the coordinates; encoding it rounds the values, too. */
interface WireUpdateRow extends Times {
  readonly type: "wire-update";
  readonly length: number;
  readonly entries: number;
  readonly format: Values["format"];
  readonly bytesPerEntry: number;
}

export type AnyWireRow = WireRow | WireUpdateRow | RealWireRow;

const densities = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.045, 0.058, 0.08, 0.1];
const lengths = [10_000, 1_000_000, 11_200_000, 124_000_000];
const updateDensity = 0.01;
const seed = 1;
const maxZippedEntries = 2_000_000;

/**
 * Bits an index and time of the wire, over lengths and densities.
 * @param quick only lengths up to a million
 * @param data a folder of IDX files, for the supports of real training; null leaves them out
 */
export async function measureWire(
  { quick, data }: { quick: boolean; data: string | null },
  print: (row: AnyWireRow) => void,
): Promise<void> {
  for (const length of lengths) {
    if (quick && length > 1_000_000) continue;
    const copy = { source: drawValues(length, seed), target: new Float32Array(length) };
    for (const density of densities) print(measureSupport(length, density, copy));
    for (const { name } of valueFormats) print(measureFormat(length, name, copy));
  }
  if (data !== null) for await (const row of measureRealWire(data, quick)) print(row);
}

function measureSupport(length: number, density: number, copy: Copy): WireRow {
  const entries = Math.round(density * length);
  const indices = drawSupport(length, entries, seed);
  const update = sparseUpdate(length, indices, drawValues(entries, seed));
  const { bytes, ...times } = timeUpdate(() => update, copy);
  const bits = 8 * indexBytes(indices, length);
  const bound = boundBits(length, entries);
  return {
    type: "wire",
    length,
    entries,
    density,
    bitsPerIndex: bits / entries,
    boundBitsPerIndex: bound / entries,
    ratio: bits / bound,
    bytes,
    pairBytes: 8 * entries,
    varintBytes: varintBytes(indices) + 4 * entries,
    gzipBytes: entries > maxZippedEntries ? null : zippedBytes(update),
    ...times,
  };
}

function measureFormat(length: number, format: Values["format"], copy: Copy): WireUpdateRow {
  const entries = Math.round(updateDensity * length);
  const update = sparseUpdate(length, drawSupport(length, entries, seed), drawValues(entries, seed));
  const { bytes, ...times } = timeUpdate(() => ({ ...update, values: formatted(update.values.data, format) }), copy);
  return { type: "wire-update", length, entries, format, bytesPerEntry: bytes / entries, ...times };
}

/** A vector of d floats, and a target for its copy. */
interface Copy {
  readonly source: Float32Array;
  readonly target: Float32Array;
}

interface Times {
  readonly encodeMilliseconds: number;
  readonly decodeMilliseconds: number;
  /** Time of a `set()` of a warm vector of d floats. */
  readonly copyMilliseconds: number;
}

/** Copies, encodes and decodes in turn, so that load of the machine affects all alike: medians of 5 to 100 turns, after 2 untimed ones. */
function timeUpdate(make: () => Update, { source, target }: Copy): Times & { readonly bytes: number } {
  let bytes: Uint8Array = new Uint8Array(0);
  const tasks = [
    () => target.set(source),
    () => {
      const writer = createWriter();
      writeUpdate(writer, make());
      bytes = writer.finish();
    },
    () => readUpdate(createReader(bytes), source.length),
  ];
  const times = tasks.map((): number[] => []);
  let total = 0;
  for (let turn = 0; turn < 7 || (total < 500 && turn < 102); turn += 1) {
    for (const [i, task] of tasks.entries()) {
      const start = performance.now();
      task();
      const time = performance.now() - start;
      if (turn < 2) continue;
      times[i]!.push(time);
      total += time;
    }
  }
  const [copyMilliseconds, encodeMilliseconds, decodeMilliseconds] = times.map(median) as [number, number, number];
  return { bytes: bytes.length, encodeMilliseconds, decodeMilliseconds, copyMilliseconds };
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1]!;
}

function varintBytes(indices: Uint32Array): number {
  let bytes = 0;
  let previous = -1;
  for (let j = 0; j < indices.length; j += 1) {
    const bits = 32 - Math.clz32(indices[j]! - previous - 1);
    bytes += Math.max(1, Math.ceil(bits / 7));
    previous = indices[j]!;
  }
  return bytes;
}

function zippedBytes({ support, values: { data } }: Update): number {
  if (support.kind !== "indices") throw new Error(`expected indices, got ${support.kind}`);
  const pairs = new Uint8Array(8 * data.length);
  pairs.set(new Uint8Array(support.indices.buffer));
  pairs.set(new Uint8Array(data.buffer), 4 * data.length);
  return gzipSync(pairs).length;
}

/** One line for a person. */
export function wireText(row: AnyWireRow): string {
  switch (row.type) {
    case "wire": {
      const others = `pairs ${row.pairBytes}, varint ${row.varintBytes}, gzip ${row.gzipBytes ?? "not measured"}`;
      return `d ${row.length}, ${percent(row.density)}: ${row.bitsPerIndex.toFixed(3)} bits an index, ${row.ratio.toFixed(4)} of the bound; ${row.bytes} B (${others}); ${timesText(row)}`;
    }
    case "wire-update":
      return `d ${row.length}, ${percent(updateDensity)} in ${row.format}: ${row.bytesPerEntry.toFixed(3)} B an entry; ${timesText(row)}`;
    case "wire-real":
      return `${row.model} on real data (d ${row.length}), ${percent(row.density)} of ${row.of}, ${row.updates} updates: ${row.bitsPerIndex.toFixed(3)} bits an index, ${row.ratio.toFixed(4)} of the bound for uniform ones; an ideal adaptive coder ${row.adaptiveBitsPerIndex.toFixed(3)}`;
  }
}

function timesText({ encodeMilliseconds, decodeMilliseconds, copyMilliseconds }: Times): string {
  return `encode ${encodeMilliseconds.toFixed(2)} ms, decode ${decodeMilliseconds.toFixed(2)} ms, copy of d floats ${copyMilliseconds.toFixed(2)} ms`;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
