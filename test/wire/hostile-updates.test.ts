import fc from "fast-check";
import { expect, it } from "vitest";
import { WireError } from "../../shared/base/wire-error.ts";
import { formatted } from "../../shared/vector/formats/formatted.ts";
import { valueFormats } from "../../shared/vector/formats/value-formats.ts";
import {
  denseUpdate,
  entryCount,
  placesUpdate,
  prefixUpdate,
  seededUpdate,
  sparseUpdate,
  type Update,
} from "../../shared/vector/update.ts";
import { createReader, createWriter } from "../../shared/wire/bytes.ts";
import { readUpdate, writeUpdate } from "../../shared/wire/update-code.ts";
import { uniformSupport } from "./random-support.ts";

const cases = process.env["COPSE_NIGHTLY"] === "1" ? 1_000_000 : 10_000;

function encoded(update: Update): Uint8Array {
  const writer = createWriter();
  writeUpdate(writer, update);
  return writer.finish();
}

/** Updates of every support, every form of a block, and every format. */
const valid: readonly { readonly d: number; readonly bytes: Uint8Array }[] = (() => {
  const values = (count: number): Float32Array =>
    Float32Array.from({ length: count }, (_, i) => Math.fround(((i * 37) % 101) - 50));
  const runs = Uint32Array.from({ length: 300 }, (_, i) => 20 * Math.floor(i / 10) + (i % 10));
  const deserts = Uint32Array.from(
    { length: 60 },
    (_, i) => 3 * i + 9_000_000 * (i % 7 === 6 ? 1 : 0) + 10_000_000 * Math.floor(i / 7),
  );
  const supports: readonly Update[] = [
    denseUpdate(values(130)),
    seededUpdate(1000, 5, values(70)),
    prefixUpdate(1000, values(150)),
    sparseUpdate(1000, new Uint32Array(0), values(0)),
    sparseUpdate(1000, Uint32Array.of(999), values(1)),
    sparseUpdate(1000, runs, values(300)),
    sparseUpdate(
      1000,
      Uint32Array.from({ length: 280 }, (_, i) => i + 3),
      values(280),
    ),
    sparseUpdate(30_000, uniformSupport(30_000, 290, 1), values(290)),
    sparseUpdate(2 ** 31, deserts, values(60)),
  ];
  const inFormats = supports.flatMap((update) =>
    valueFormats.map(({ name }) => ({
      d: update.length,
      bytes: encoded({ ...update, values: formatted(update.values.data, name) }),
    })),
  );
  return [...inFormats, { d: 1000, bytes: encoded(placesUpdate(1000, runs)) }];
})();

/** The most places that are read, as the rule of a sum says. */
const places = 300;

const at = fc.nat({ max: 0xffff });
const byte = fc.nat({ max: 255 });

/** What a fault or a foe makes of bytes. Counts stand in the bytes after the first. */
const harm: fc.Arbitrary<(bytes: Uint8Array) => Uint8Array> = fc.oneof(
  at.map((end) => (bytes: Uint8Array) => bytes.slice(0, end % bytes.length)),
  fc.array(fc.tuple(at, fc.nat({ max: 7 })), { minLength: 1, maxLength: 4 }).map((flips) => (bytes: Uint8Array) => {
    const flipped = bytes.slice();
    for (const [place, bit] of flips) flipped[place % bytes.length]! ^= 1 << bit;
    return flipped;
  }),
  fc
    .uint8Array({ minLength: 1, maxLength: 8 })
    .map((count) => (bytes: Uint8Array) => Uint8Array.of(...bytes.subarray(0, 1), ...count, ...bytes.subarray(2))),
  fc.tuple(at, byte).map(
    ([place, value]) =>
      (bytes: Uint8Array) =>
        bytes.with(place % bytes.length, value),
  ),
  fc.tuple(at, at, at).map(([from, size, to]) => (bytes: Uint8Array) => {
    const moved = bytes.slice();
    moved.copyWithin(to % bytes.length, from % bytes.length, (from % bytes.length) + (size % 64));
    return moved;
  }),
  fc.uint8Array({ maxLength: 64 }).map((more) => (bytes: Uint8Array) => Uint8Array.of(...bytes, ...more)),
  fc.tuple(byte, byte, fc.uint8Array({ maxLength: 200 })).map(
    ([support, format, rest]) =>
      () =>
        Uint8Array.of(16 * (support % 6) + (format % 7), ...rest),
  ),
);

it(`an update from ${cases} harmed ones is refused with a WireError, or is one that we could have sent`, () => {
  let read = 0;
  fc.assert(
    fc.property(fc.nat({ max: valid.length - 1 }), harm, fc.boolean(), (which, change, isSmaller) => {
      const { d, bytes } = valid[which]!;
      const length = isSmaller ? Math.ceil(d / 2) : d;
      const harmed = change(bytes);
      let update: Update;
      try {
        const reader = createReader(harmed);
        update = readUpdate(reader, length, { places });
        reader.end();
      } catch (cause) {
        if (!(cause instanceof WireError)) throw cause;
        return;
      }
      read += 1;
      expectSound(update, length);
      // Two bits a value are the fewest that there are.
      if (update.support.kind === "places") expect(entryCount(update)).toBeLessThanOrEqual(places);
      else expect(entryCount(update)).toBeLessThanOrEqual(4 * harmed.length);
      const again = encoded(update);
      expect(again.length).toBeLessThanOrEqual(harmed.length + 3);
      const back = readUpdate(createReader(again), length, { places });
      expect(back.support.kind).toBe(update.support.kind);
      // Element by element `toEqual` would take most of the time; what is written says all.
      expect(Buffer.compare(encoded(back), again)).toBe(0);
      expect(Buffer.compare(Buffer.from(bytesOf(back)), Buffer.from(bytesOf(update)))).toBe(0);
    }),
    { numRuns: cases },
  );
  // Flipped digits of values pass, of course.
  expect(read).toBeGreaterThan(cases / 100);
}, 600_000);

function bytesOf({ values: { data } }: Update): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function expectSound(update: Update, length: number): void {
  expect(update.length).toBe(length);
  const { data } = update.values;
  for (let i = 0; i < data.length; i += 1)
    if (!Number.isFinite(data[i])) throw new Error(`expected finite values, got ${data[i]}`);
  if (update.support.kind !== "indices" && update.support.kind !== "places") return;
  const { indices } = update.support;
  expect(indices.length).toBe(data.length);
  for (let j = 0; j < indices.length; j += 1)
    if (indices[j]! >= length || (j > 0 && indices[j]! <= indices[j - 1]!))
      throw new Error(`expected ascending indices, got ${indices[j]}`);
}
