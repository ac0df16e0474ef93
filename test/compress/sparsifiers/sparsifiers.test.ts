import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../../shared/base/layout.ts";
import { seeded } from "../../../shared/base/random.ts";
import { WireError } from "../../../shared/base/wire-error.ts";
import { randK } from "../../../shared/compress/sparsifiers/rand-k.ts";
import { topK, topKPerTensor } from "../../../shared/compress/sparsifiers/top-k.ts";
import { schemeOf } from "../../../shared/compress/text/scheme-of.ts";
import { LocalAllReduce } from "../../../shared/simulation/lab/local-all-reduce.ts";
import { mergeUpdates } from "../../../shared/sum/merge.ts";
import { allFinite, indicesOf, seededUpdate, sparseUpdate, toDense, type Update } from "../../../shared/vector/update.ts";
import { createReader, createWriter } from "../../../shared/wire/bytes.ts";
import { readUpdate, writeUpdate } from "../../../shared/wire/update-code.ts";
import { chosenBy, contextAt, gaussian, layoutOfLength, moments, squared, squaredError } from "../draws.ts";

const d = 120;
const k = 12;
const layout = layoutOfLength(d);
const count = { kind: "count", count: k } as const;

function encoded(update: Update): Uint8Array {
  const writer = createWriter();
  writeUpdate(writer, update);
  return writer.finish();
}

/** In float64, so that the check rounds nothing itself. */
function addTo(target: Float64Array, x: Float32Array, scale: number): void {
  for (let i = 0; i < target.length; i += 1) target[i]! += scale * x[i]!;
}

describe.each([false, true])("randk (seeded: %s)", (isSeeded) => {
  const compress = (isScaled: boolean, x: Float32Array) => (round: number) =>
    toDense(chosenBy(randK(count, { isScaled, isSeeded }), x, contextAt(layout, round)));

  it("scaled by d/k is unbiased with ω = d/k − 1, to 3 %", () => {
    const x = gaussian(d, "randk");
    const { error, bias } = moments(x, 4000, compress(true, x));
    expect(Math.abs(error / (d / k - 1) - 1)).toBeLessThan(0.03);
    expect(bias).toBeLessThan(1.2);
  });

  it("unscaled errs by 1 − k/d of ‖x‖² in expectation, and exactly so on flat x", () => {
    const x = gaussian(d, "randk");
    expect(Math.abs(moments(x, 4000, compress(false, x)).error / (1 - k / d) - 1)).toBeLessThan(0.01);
    const flat = new Float32Array(d).fill(-2);
    expect(moments(flat, 10, compress(false, flat)).error).toBeCloseTo(1 - k / d, 10);
  });

  it("keeps k entries, other ones in another round, and all where k is d", () => {
    const choose = (round: number, amount: number) =>
      indicesOf(
        chosenBy(
          randK({ kind: "count", count: amount }, { isScaled: true, isSeeded }),
          gaussian(d, "k"),
          contextAt(layout, round),
        ),
      )!;
    expect(new Set(choose(1, k)).size).toBe(k);
    expect(choose(1, k)).not.toEqual(choose(2, k));
    expect(choose(1, d)).toEqual(Uint32Array.from({ length: d }, (_, i) => i));
  });

  it("stays finite at the largest floats", () => {
    expect(allFinite(compress(true, new Float32Array(d).fill(-3.4e38))(1))).toBe(true);
  });
});

describe("a seeded support", () => {
  const choose = (seat: number) =>
    chosenBy(randK(count, { isScaled: false, isSeeded: true }), gaussian(d, `seat ${seat}`), contextAt(layout, 3, seat));

  it("is the same on all peers, where own draws are not", () => {
    expect(choose(1).support).toEqual(choose(0).support);
    const own = (seat: number) =>
      chosenBy(randK(count, { isScaled: false, isSeeded: false }), gaussian(d, "x"), contextAt(layout, 3, seat));
    expect(own(1).support).not.toEqual(own(0).support);
  });

  it("costs a seed and a count on the wire, and no byte for an index, also once summed", () => {
    const sum = mergeUpdates([choose(0), choose(1), choose(2)], { kind: "exact" }).sum;
    for (const update of [choose(0), sum]) {
      expect(encoded(update).length).toBeLessThanOrEqual(2 + 5 + 1 + 3 + 4 * k);
      expect(readUpdate(createReader(encoded(update)), d)).toEqual(update);
    }
    expect(toDense(sum)).toEqual(
      toDense(choose(0)).map((v, i) => Math.fround(v + toDense(choose(1))[i]!) + toDense(choose(2))[i]!),
    );
  });

  it("resolves to indices beside any other support, and adds up to the same", () => {
    const update = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: d }), fc.nat()).map(([kind, entries, seed]) => {
      const data = gaussian(entries, seeded(seed, "data"));
      const named = seededUpdate(d, seed % 3, data);
      if (kind === 0) return named;
      return kind === 1 ? sparseUpdate(d, indicesOf(named)!, data) : seededUpdate(d, 7, data);
    });
    fc.assert(
      fc.property(update, update, fc.nat({ max: d }), (a, b, keep) => {
        const { sum, rest } = mergeUpdates([a, b], { kind: "truncate", keep });
        const found = toDense(sum);
        const left = toDense(rest);
        const dense = toDense(a);
        const expected = toDense(b).map((value, i) => dense[i]! + value);
        expect(found.map((value, i) => value + left[i]!)).toEqual(expected);
        expect(readUpdate(createReader(encoded(sum)), d)).toEqual(sum);
      }),
      { numRuns: 100 },
    );
  });

  it("of more entries than the model, of a seed beyond 32 bits, or with values missing is refused", () => {
    const forged = (seed: number, entries: number, values: number): Uint8Array => {
      const writer = createWriter();
      writer.byte(0x20);
      writer.varint(seed);
      writer.varint(entries);
      writer.align();
      writer.bytes(new Uint8Array(4 * values));
      return writer.finish();
    };
    expect(() => readUpdate(createReader(forged(2 ** 32 - 1, d, d)), d)).not.toThrow();
    expect(() => readUpdate(createReader(forged(1, d + 1, d + 1)), d)).toThrow(WireError);
    expect(() => readUpdate(createReader(forged(2 ** 32, 1, 1)), d)).toThrow(WireError);
    expect(() => readUpdate(createReader(forged(1, d, d - 1)), d)).toThrow(WireError);
  });
});

describe("topk", () => {
  it("errs by at most 1 − k/d of ‖x‖², and by exactly that on flat x", () => {
    const error = (x: Float32Array) => squaredError(toDense(chosenBy(topK(count), x, contextAt(layout, 1))), x) / squared(x);
    for (const name of ["a", "b", "c"]) expect(error(gaussian(d, name))).toBeLessThan(1 - k / d);
    expect(error(new Float32Array(d).fill(0.5))).toBeCloseTo(1 - k / d, 12);
  });

  const model = layoutOf([
    { name: "kernel", shape: [10, 10] },
    { name: "bias", shape: [4] },
    { name: "scale", shape: [1] },
    { name: "head", shape: [25] },
  ]);
  /** A kernel far above all else. */
  const steep = (name: string): Float32Array => gaussian(model.length, name).map((value, i) => (i < 100 ? 1e6 : 1) * value);
  const perTensor = (indices: Uint32Array): number[] =>
    model.tensors.map(({ offset, size }) => indices.filter((i) => i >= offset && i < offset + size).length);

  it("per tensor sends ⌈ρ·dᵢ⌉ of each, at least one, however small its values", () => {
    const chosen = chosenBy(topKPerTensor({ kind: "density", percent: 5 }), steep("one"), contextAt(model, 1));
    expect(perTensor(indicesOf(chosen)!)).toEqual([5, 1, 1, 2]);
    const dense = toDense(chosen);
    expect(Math.abs(dense[104]!)).toBe(Math.abs(steep("one")[104]!));
  });

  it("per tensor is heard at the root too: every tensor has its own share of the total", () => {
    const allReduce = new LocalAllReduce(schemeOf("ef14(topk(5%, tensor=1))"), model, 6);
    const xs = Array.from({ length: 6 }, (_, i) => steep(`peer ${i}`));
    const masked = new LocalAllReduce(schemeOf("scam(topk(5%, tensor=1))"), model, 6);
    const whole = new LocalAllReduce(schemeOf("ef14(topk(5%))"), model, 6);
    for (const each of [allReduce, masked]) expect(perTensor(indicesOf(each.round(xs))!)).toEqual([5, 1, 1, 2]);
    expect(perTensor(indicesOf(whole.round(xs))!).slice(1)).toEqual([0, 0, 0]);
  });
});

const texts = [
  "topk(10%)",
  "topk(5%, tensor=1)",
  "randk(10%)",
  "randk(10%, seeded=1)",
  "randk(50%, scaled=1, seeded=1)",
  "qsgd(8)",
  "natural",
  "sign",
  "twolevel",
  "topk(10%) | qsgd(8)",
  "topk(10%, tensor=1) | twolevel(block=8)",
  "topk(10%) | sign",
  "randk(10%, seeded=1) | natural",
];

describe.each(texts)("%s", (text) => {
  it("loses no mass inside ef14, for 1 to 17 peers", () => {
    for (let peers = 1; peers <= 17; peers += 1) {
      const rng = seeded(peers, "mass");
      const allReduce = new LocalAllReduce(schemeOf(`ef14(${text})`), layout, peers);
      const open = new Float64Array(d);
      let given = 0;
      for (let round = 0; round < 3; round += 1) {
        const xs = allReduce.local.map(() => gaussian(d, rng));
        const estimate = toDense(allReduce.round(xs, rng));
        for (const x of xs) addTo(open, x, 1);
        given += xs.reduce((sum, x) => sum + squared(x), 0);
        addTo(open, estimate, -peers);
      }
      for (const { residual } of allReduce.local) addTo(open, residual as Float32Array, -1);
      expect(Math.sqrt(squared(open) / given), `${peers} peers`).toBeLessThan(1e-6);
    }
  });

  it.each([1, 2, 120])("is finite for zeros, subnormals and the largest floats of d = %i, k = d included", (length) => {
    const finest = layoutOfLength(length);
    for (const value of [0, 2 ** -149, -(2 ** -130), 3.4e38, -3.4e38]) {
      for (const scheme of [text, text.replace(/\d+%/, "100%")]) {
        const allReduce = new LocalAllReduce(schemeOf(scheme), finest, 3);
        const xs = allReduce.local.map(() => new Float32Array(length).fill(value));
        const estimate = toDense(allReduce.round(xs));
        expect(allFinite(estimate)).toBe(true);
        if (value === 0) expect(squared(estimate)).toBe(0);
      }
    }
  });
});
