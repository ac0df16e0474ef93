import fc from "fast-check";
import { afterAll, describe, expect, it, onTestFinished, test } from "vitest";
import { DeviceError } from "../../../client/gpu/device-error.ts";
import { DeviceMemory, type DeviceMemoryOptions, noResidual } from "../../../client/gpu/device-memory.ts";
import { blockLength, gridOf } from "../../../client/gpu/grid.ts";
import { type Rng, seeded } from "../../../shared/base/random.ts";
import { applied } from "../../../shared/compress/sparsifiers/sparsifier.ts";
import { selectLargest } from "../../../shared/vector/select.ts";
import { addInto, indicesOf, sparseUpdate, type Update, zeroUpdate } from "../../../shared/vector/update.ts";
import { noGpu, openDevice } from "../../support/open-gpu.ts";

const device = await openDevice();
afterAll(() => device?.destroy());

async function memoryOf(length: number, options: DeviceMemoryOptions = {}): Promise<DeviceMemory> {
  const memory = await DeviceMemory.create(device!, length, options);
  onTestFinished(() => memory.destroy());
  return memory;
}

/** Indices, and values by their bits: −0 is not 0 here. */
function bitsOf(update: Update): [readonly number[], readonly number[]] {
  const { data } = update.values;
  return [[...indicesOf(update)!], wordsOf(data)];
}

function wordsOf(values: Float32Array): number[] {
  return [...new Uint32Array(values.buffer, values.byteOffset, values.length)];
}

function largestOnCpu(x: Float32Array, k: number): Update {
  return applied(x, { support: { kind: "indices", indices: selectLargest(x, k) } });
}

/** d numbers of one of several kinds: of one scale, of many, few different ones with many ties, and mostly zeros of either sign. */
const kinds: readonly ((rng: Rng) => number)[] = [
  (rng) => rng.normal(),
  (rng) => rng.normal() * 10 ** (rng.integer(60) - 30),
  (rng) => rng.integer(7) - 3,
  (rng) => (rng.integer(50) === 0 ? rng.normal() : rng.integer(2) === 0 ? 0 : -0),
];

function drawn(length: number, kind: number, seed: number): Float32Array<ArrayBuffer> {
  const rng = seeded(seed, "device", length, kind);
  return Float32Array.from({ length }, () => kinds[kind]!(rng));
}

test.skipIf(device !== null)("a GPU is there", ({ skip }) => skip(noGpu));

describe.skipIf(device === null)("the memory of a device", () => {
  it.each([1, 255, 4_097, 20_001])("finds the k largest of %i numbers as the CPU does, bit for bit", async (length) => {
    const memory = await memoryOf(length);
    const property = fc.asyncProperty(fc.nat(kinds.length - 1), fc.nat(), fc.nat(), async (kind, seed, count) => {
      const x = drawn(length, kind, seed);
      const vector = memory.upload(x);
      for (const k of [1, 1 + (count % length), length]) {
        expect(bitsOf(await vector.largest(k))).toEqual(bitsOf(largestOnCpu(x, k)));
      }
    });
    await fc.assert(property, { numRuns: 5 });
  });

  it("gives ties to the lower index, zeros of either sign included, across its blocks", async () => {
    const length = 3 * blockLength;
    const memory = await memoryOf(length);
    const places = async (x: Float32Array<ArrayBuffer>, k: number) => [...indicesOf(await memory.upload(x).largest(k))!];
    const alike = Float32Array.from({ length }, (_, i) => (i % 2 === 0 ? 2 : -2));
    expect(await places(alike, blockLength + 3)).toEqual([...Array(blockLength + 3).keys()]);
    const zeros = Float32Array.from({ length }, (_, i) => (i % 2 === 0 ? -0 : 0)).with(length - 1, 1);
    expect(await places(zeros, 3)).toEqual([0, 1, length - 1]);
  });

  it("finds them where its workgroups lie in several rows", async () => {
    const length = 5 * blockLength + 5;
    const memory = await memoryOf(length, { widest: 3 });
    const x = drawn(length, 1, 1);
    expect(bitsOf(await memory.upload(x).largest(1_000))).toEqual(bitsOf(largestOnCpu(x, 1_000)));
    const p = memory.sum(noResidual, await memory.upload(x).scaled(3));
    expect(wordsOf(await p.toArray())).toEqual(wordsOf(x.map((value) => 3 * value)));
  });

  it("keeps what the CPU would keep over many rounds, bit for bit, whether they count or not", async () => {
    const [length, k, weight] = [5_000, 50, 160];
    const memory = await memoryOf(length);
    let e = new Float32Array(length);
    let residual = noResidual;
    for (let round = 0; round < 9; round += 1) {
      const x = drawn(length, round % kinds.length, round);
      const p = x.map((value, i) => e[i]! + Math.fround(weight * value));
      const held = memory.sum(residual, await memory.upload(x).scaled(weight));
      const sent = await held.largest(k);
      expect(bitsOf(sent)).toEqual(bitsOf(largestOnCpu(p, k)));
      // What a merge rejected may be of others: outside of what was sent.
      const rest = sparseUpdate(length, Uint32Array.of(7, 4_999), Float32Array.of(0.5, -3));
      if (round % 3 === 0) {
        residual = memory.less(held.id, sent);
        addInto(p, sent, -1);
        e = p;
      } else if (round % 3 === 1) {
        residual = held.id;
        e = p;
      } else {
        residual = memory.plus(residual, rest);
        addInto(e, rest);
      }
      expect(wordsOf(await memory.read(residual))).toEqual(wordsOf(e));
    }
  });

  it("leaves a residual as it was until the next sum of another: a round that is given up is undone by its id", async () => {
    const memory = await memoryOf(300);
    const [first, second] = [drawn(300, 0, 1), drawn(300, 0, 2)];
    const e = memory.sum(noResidual, memory.upload(first));
    const x = memory.upload(second);
    const given = memory.sum(e.id, x);
    expect(wordsOf(await memory.read(e.id))).toEqual(wordsOf(first));
    // A retry under a new roster starts from the same e and x, and has the same p.
    expect(memory.sum(e.id, x).id).toBe(given.id);
    // Of several attempts that might have counted, one has: the states of the others were never made.
    const [largest, rest] = [await given.largest(3), sparseUpdate(300, Uint32Array.of(4), Float32Array.of(0.5))];
    const [next, other] = [memory.less(given.id, largest), memory.less(memory.plus(given.id, rest), largest)];
    expect(wordsOf(await memory.read(e.id))).toEqual(wordsOf(first));
    expect(wordsOf(await memory.read(given.id))).toEqual(wordsOf(second.map((value, i) => first[i]! + value)));
    memory.sum(next, x);
    for (const gone of [e.id, given.id, other]) await expect(memory.read(gone)).rejects.toThrow(/still on the device/);
  });

  it("reads back 8 bytes an entry and a few words a round, however long the vectors are", async () => {
    const k = 20;
    const read = await Promise.all(
      [100, 30_000].map(async (length) => {
        const memory = await memoryOf(length);
        const x = await memory.upload(drawn(length, 0, 1)).scaled(2);
        const p = memory.sum(noResidual, x);
        const residual = memory.less(p.id, await p.largest(k));
        memory.sum(memory.plus(residual, zeroUpdate(length)), x);
        return memory.bytesRead;
      }),
    );
    expect(read).toEqual([8 * k + 48, 8 * k + 48]);
  });

  it.each([Number.NaN, Infinity, -Infinity])("refuses a vector with %f in it", async (value) => {
    const memory = await memoryOf(9_000);
    const x = drawn(9_000, 0, 1).with(8_999, value);
    await expect(memory.upload(x).scaled(1)).rejects.toThrow(RangeError);
    await expect(memory.upload(x).largest(5)).rejects.toThrow(RangeError);
    await expect(memory.upload(drawn(9_000, 0, 1).with(5, 3e38)).scaled(2)).rejects.toThrow(RangeError);
  });

  it("refuses a k below 1, fractional or above d, and vectors that the device has no room for", async () => {
    const memory = await memoryOf(10);
    for (const k of [0, 1.5, 11, Number.NaN]) await expect(memory.upload(drawn(10, 0, 1)).largest(k)).rejects.toThrow(RangeError);
    const most = device!.limits.maxStorageBufferBindingSize / 4;
    await expect(DeviceMemory.create(device!, most + 1)).rejects.toThrow(DeviceError);
  });
});

test("a grid has room for all workgroups, and no row is wider than it may be", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1_000, max: 65_535 }), (groups, widest) => {
      const [columns, rows] = gridOf(groups, widest);
      expect(columns).toBeLessThanOrEqual(widest);
      expect(columns * rows).toBeGreaterThanOrEqual(groups);
      expect(columns * rows - groups).toBeLessThan(rows);
    }),
  );
  expect(() => gridOf(10, 3)).toThrow(DeviceError);
});
