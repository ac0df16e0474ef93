import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WireError } from "../../shared/base/wire-error.ts";
import { maxSums, type Part } from "../../shared/sum/part.ts";
import { contributorsOf } from "../../shared/tree/contributors.ts";
import { topologyNames } from "../../shared/tree/topologies.ts";
import { formatted } from "../../shared/vector/formats/formatted.ts";
import { valueFormats } from "../../shared/vector/formats/value-formats.ts";
import { denseUpdate, sparseUpdate } from "../../shared/vector/update.ts";
import type { Known } from "../../shared/wire/attempt-code.ts";
import { createCodec } from "../../shared/wire/message-code.ts";
import type { Header, PeerMessage } from "../../shared/wire/messages.ts";

const length = 40;

const float = fc.float({ noNaN: true, noDefaultInfinity: true });
const real = fc.float({ noNaN: true, min: -(2 ** 40), max: 2 ** 40 });
const double = fc.double({ noNaN: true, noDefaultInfinity: true });
const count = fc.nat({ max: 2 ** 40 });
const sums = fc.array(fc.oneof(real, fc.nat({ max: 2 ** 24 })), { maxLength: maxSums });
const hash = fc.stringMatching(/^[0-9a-f]{32}$/);
/** What a total says of a hash: its first 64 bits. */
const shortHash = hash.map((whole) => whole.slice(0, 16).padEnd(32, "0"));
const phases = 16;
const version = fc.tuple(count, count);
const tip = fc.record({ round: count, version, hash });
const format = fc.constantFrom(...valueFormats.map(({ name }) => name));
const sparse = fc
  .uniqueArray(fc.nat({ max: length - 1 }), { maxLength: length })
  .chain((indices) =>
    fc
      .array(float, { minLength: indices.length, maxLength: indices.length })
      .map((values) => sparseUpdate(length, Uint32Array.from(indices.sort((a, b) => a - b)), Float32Array.from(values))),
  );
const dense = fc.array(float, { minLength: length, maxLength: length }).map((values) => denseUpdate(Float32Array.from(values)));
const contributors = fc
  .integer({ min: 1, max: 70 })
  .chain((members) => fc.uniqueArray(fc.nat({ max: members - 1 }), { minLength: 1 }).map((at) => contributorsOf(members, at)));
const part: fc.Arbitrary<Part> = fc.record({
  contributors,
  weight: fc.integer({ min: 1, max: 2 ** 40 }),
  metrics: fc.record({ samples: count, tested: count, sums, trainingLoss: real, trainingMs: count }),
  sum: fc
    .tuple(fc.oneof(sparse, dense), format)
    .map(([update, name]) => ({ ...update, values: formatted(update.values.data, name) })),
});
/** A tip and the headers of the rounds that led to it. */
const chain = fc
  .tuple(tip, hash, fc.array(fc.record({ version, contributors, hash }), { maxLength: 64 }))
  .map(([last, before, rounds]) => {
    const kept = rounds.slice(0, last.round);
    const headers: Header[] = [];
    for (const [i, given] of kept.entries())
      headers.push({ ...given, round: last.round - kept.length + 1 + i, previous: headers.at(-1)?.hash ?? before });
    const end = headers.at(-1);
    return { tip: { ...last, hash: end?.hash ?? last.hash }, previous: end?.previous ?? before, headers };
  });
const message: fc.Arbitrary<PeerMessage> = fc
  .oneof(
    fc.record({ kind: fc.constant("have"), version, tip, observer: fc.boolean() }),
    fc.record({ kind: fc.constant("reparent"), version, wanted: fc.boolean() }),
    fc.record({ kind: fc.constant("fetch"), version, hash, offset: fc.nat(), length: fc.nat() }),
    fc
      .record({
        kind: fc.constant("piece" as const),
        version,
        tip,
        offset: fc.nat({ max: 2 ** 30 }),
        bytes: fc.uint8Array({ maxLength: 40 }),
      })
      .map((piece) => ({ ...piece, total: piece.offset + piece.bytes.length })),
    fc.record({
      kind: fc.constant("up"),
      version,
      round: count,
      previous: hash,
      phase: fc.nat({ max: phases - 1 }),
      complete: fc.boolean(),
      part: fc.option(part),
    }),
    fc.record({
      kind: fc.constant("up"),
      version,
      round: count,
      previous: hash,
      phase: fc.nat({ max: phases - 1 }),
      complete: fc.boolean(),
      part,
      again: fc.constant(true),
    }),
    fc
      .record({
        kind: fc.constant("down"),
        version,
        committedBy: version,
        round: count,
        previous: hash,
        phase: fc.nat({ max: phases - 1 }),
        hash: shortHash,
        part,
      })
      .map((total) => (total.phase === phases - 1 ? total : { ...total, hash: null })),
    fc.record({
      kind: fc.constant("snapshot"),
      version,
      chain,
      parameters: fc.array(float, { minLength: length, maxLength: length }).map((values) => Float32Array.from(values)),
      replicated: fc.dictionary(
        fc.stringMatching(/^[a-z][a-z0-9]{0,9}$/),
        fc.oneof(
          double,
          fc.array(float, { maxLength: 2 * length }).map((values) => Float32Array.from(values)),
        ),
        { maxKeys: 8, noNullPrototype: true },
      ),
    }),
  )
  .map((given) => ("chain" in given ? flat(given) : given) as PeerMessage);

function flat({ chain: known, ...others }: Record<string, unknown> & { chain: object }): object {
  return { ...others, ...known };
}

/** A reader that knows all that a message names. */
function knowing(sent: PeerMessage): Known {
  const { version, round, previous } =
    "previous" in sent && "round" in sent ? sent : { version: sent.version, round: 0, previous: "" };
  return { epochs: [version[0]], hashAfter: (after) => (after === round - 1 ? previous : null) };
}

describe.each(topologyNames)("peer messages over the %s tree", (tree) => {
  const codec = createCodec(tree, length, new Array(phases).fill({ length, isGathered: false, statistics: 0 }));

  it("are read as they were written", () => {
    fc.assert(
      fc.property(message, (sent) => {
        expect(codec.decode(codec.encode(sent), knowing(sent))).toEqual(sent);
      }),
    );
  });

  it("cut short anywhere, or followed by anything, are refused", () => {
    fc.assert(
      fc.property(message, fc.nat(), (sent, at) => {
        const bytes = codec.encode(sent);
        expect(() => codec.decode(bytes.subarray(0, at % bytes.length))).toThrow(WireError);
        expect(() => codec.decode(Uint8Array.of(...bytes, 0))).toThrow(WireError);
      }),
    );
  });

  it("with any byte changed are read or refused with a typed error, and nothing else happens", () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.nat({ max: 255 }), (sent, at, byte) => {
        const bytes = codec.encode(sent);
        bytes[at % bytes.length] = byte;
        expectTyped(() => codec.decode(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it("made of random bytes are refused with a typed error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat({ max: 15 }), (bytes, kind) => {
        expectTyped(() => codec.decode(bytes));
        if (bytes.length > 0) bytes[0] = 32 + kind;
        expectTyped(() => codec.decode(bytes));
      }),
      { numRuns: 500 },
    );
  });
});

describe("an update from a peer", () => {
  const codec = createCodec("heap", length);
  const up = (sum: Part["sum"], ofMetrics: readonly number[] = []): Uint8Array =>
    codec.encode({
      kind: "up",
      version: [1, 1],
      round: 1,
      previous: "0".repeat(32),
      phase: 0,
      complete: true,
      part: {
        contributors: contributorsOf(1, [0]),
        weight: 1,
        metrics: { samples: 1, tested: 0, sums: ofMetrics, trainingLoss: 0, trainingMs: 0 },
        sum,
      },
    });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 41])(
    "with a sum of metrics of %f is refused, and so is one with 17",
    (sum) => {
      const one = sparseUpdate(length, Uint32Array.of(3), Float32Array.of(1));
      expect(() => codec.decode(up(one, [1, sum]))).toThrow(WireError);
      expect(() => up(one, new Array(17).fill(0))).toThrow("expected at most 16 sums of metrics, got 17");
      const bytes = up(one, new Array(16).fill(0));
      // The forms of 16 sums: a 1 above 17 bits of 0.
      const at = bytes.findIndex((byte, i) => byte === 0x80 && bytes[i + 1] === 0x80 && bytes[i + 2] === 8);
      expect(codec.decode(bytes).kind).toBe("up");
      bytes[at + 2] = 16;
      expect(() => codec.decode(bytes)).toThrow("expected the forms of sums of at most 262143, got 262144");
    },
  );

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])("that holds %f is refused", (value) => {
    expect(() => codec.decode(up(sparseUpdate(length, Uint32Array.of(3), Float32Array.of(value))))).toThrow(/finite/);
  });

  it("with an index beyond the model is refused", () => {
    const larger = createCodec("heap", 2 * length);
    expect(() => larger.decode(up(sparseUpdate(length, Uint32Array.of(length - 1), Float32Array.of(1))))).not.toThrow();
    const bytes = up(sparseUpdate(2 * length, Uint32Array.of(length), Float32Array.of(1)));
    expect(() => codec.decode(bytes)).toThrow(/index/);
  });

  it("of another protocol is refused with the number that was expected", () => {
    const bytes = up(sparseUpdate(length, Uint32Array.of(0), Float32Array.of(1)));
    bytes[0] = 0x11;
    expect(() => codec.decode(bytes)).toThrow("expected protocol 2, got 1");
  });

  it("that declares more entries than its bytes can hold is refused before anything is allocated for them", () => {
    const wide = createCodec("heap", 2 ** 31);
    const bytes = up(sparseUpdate(length, Uint32Array.of(0), Float32Array.of(1)));
    // The support (1) and the format (0), the count and the index (7 bits of parameter, one for a gap of 0), before the value.
    const at = bytes.findLastIndex((byte, i) => byte === 16 && bytes[i + 1] === 1) + 1;
    const forged = Uint8Array.of(...bytes.subarray(0, at), 0xff, 0xff, 0xff, 0x7f, ...bytes.subarray(at + 1));
    expect(() => wide.decode(forged)).toThrow(/expected at least \d+ bytes/);
  });
});

function expectTyped(decode: () => unknown): void {
  try {
    decode();
  } catch (cause) {
    expect(cause).toBeInstanceOf(WireError);
  }
}

describe("a part that goes on unchanged", () => {
  const codec = createCodec("heap", length);

  it("travels on in the very bytes it came in, and is read the same", () => {
    fc.assert(
      fc.property(part, (given) => {
        const head = {
          version: [1, 2],
          committedBy: [1, 2],
          round: 3,
          previous: "0".repeat(32),
          phase: 0,
          hash: "1".repeat(16).padEnd(32, "0"),
        } as const;
        const known = { epochs: [1], hashAfter: () => head.previous };
        const first = codec.encode({ kind: "down", ...head, part: given });
        const read = codec.decode(first, known);
        if (read.kind !== "down") throw new Error("expected a total");
        const again = codec.encodeMeasured(read);
        expect(again.bytes).toEqual(first);
        expect(again.breakdown).toEqual(codec.encodeMeasured({ kind: "down", ...head, part: given }).breakdown);
        // At another distance from a multiple of four the values must move.
        const relayed = codec.encode({ ...read, version: [1, 300] });
        expect(codec.decode(relayed, known)).toEqual({ ...read, version: [1, 300] });
      }),
    );
  });
});
