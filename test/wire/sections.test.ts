import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WireError } from "../../shared/base/wire-error.ts";
import { noMetrics } from "../../shared/sum/part.ts";
import { contributorsOf } from "../../shared/tree/contributors.ts";
import { sparseUpdate } from "../../shared/vector/update.ts";
import { createReader, createWriter } from "../../shared/wire/bytes.ts";
import { createCodec } from "../../shared/wire/message-code.ts";
import type { Down } from "../../shared/wire/messages.ts";
import { readSections, writeSections } from "../../shared/wire/sections-code.ts";

const length = 40;
const count = 3;
const shape = { length, isGathered: false };
const plain = createCodec("heap", length, [{ ...shape, statistics: 0 }]);
const exact = createCodec("heap", length, [{ ...shape, statistics: count }]);

function down(statistics?: Float32Array): Down {
  const sum = sparseUpdate(length, Uint32Array.of(3), Float32Array.of(1));
  const part = { contributors: contributorsOf(2, [0, 1]), weight: 1, metrics: noMetrics, sum };
  return {
    ...{
      kind: "down",
      version: [1, 1],
      committedBy: [1, 1],
      round: 1,
      previous: "0".repeat(32),
      phase: 0,
      hash: "1".repeat(16).padEnd(32, "0"),
    },
    part: statistics === undefined ? part : { ...part, statistics },
  };
}

/** A reader on whose tip the message is. */
const known = { epochs: [1], hashAfter: () => "0".repeat(32) };

/** A message with further bytes. */
const followedBy = (bytes: Uint8Array, ...more: readonly number[]): Uint8Array => Uint8Array.of(...bytes, ...more);

describe("sections at the end of a part", () => {
  const section = fc.record({ type: fc.integer({ min: 1, max: 127 }), bytes: fc.uint8Array({ maxLength: 200 }) });
  const sections = fc
    .uniqueArray(section, { maxLength: 8, selector: ({ type }) => type })
    .map((list) => list.sort((a, b) => a.type - b.type));
  const written = (list: Parameters<typeof writeSections>[1]): Uint8Array => {
    const writer = createWriter();
    writeSections(writer, list);
    return writer.finish();
  };

  it("are read as they were written; of types that are not known the odd ones are left out, and an even one is refused", () => {
    fc.assert(
      fc.property(sections, fc.uniqueArray(fc.integer({ min: 1, max: 127 })), (list, known) => {
        const read = (types: readonly number[]) => readSections(createReader(written(list)), types);
        expect(read(list.map(({ type }) => type))).toEqual(list);
        if (list.some(({ type }) => type % 2 === 0 && !known.includes(type))) expect(() => read(known)).toThrow(WireError);
        else expect(read(known)).toEqual(list.filter(({ type }) => known.includes(type)));
      }),
    );
  });

  it("of random bytes are read or refused with a typed error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          expect(readSections(createReader(bytes), [2]).length).toBeLessThanOrEqual(1);
        } catch (cause) {
          expect(cause).toBeInstanceOf(WireError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["a type of 0", [0, 0], "expected sections of ascending types from 1 on, got 0 after 0"],
    ["one type twice", [1, 0, 1, 0], "expected sections of ascending types from 1 on, got 1 after 1"],
    ["more than 8", [1, 0, 3, 0, 5, 0, 7, 0, 9, 0, 11, 0, 13, 0, 15, 0, 17, 0], "expected at most 8 sections, got more"],
    ["more bytes than there are", [1, 2, 0], "expected 2 more bytes, got 1"],
    ["an even type that is not known", [4, 0], "expected no section of type 4, got one"],
  ])("with %s are refused", (_, bytes, sentence) => {
    expect(() => plain.decode(followedBy(plain.encode(down()), ...bytes))).toThrow(sentence);
  });

  it("of an odd type that is not known change nothing that is read", () => {
    const bytes = plain.encode(down());
    expect(plain.decode(followedBy(bytes, 7, 2, 0, 0))).toEqual(plain.decode(bytes));
  });
});

describe("statistics in a message", () => {
  const given = down(Float32Array.of(1.5, -2, 3));

  it("travel exactly, with a line of their own in the bytes", () => {
    const { bytes, breakdown } = exact.encodeMeasured(given);
    expect(exact.decode(bytes, known)).toEqual(given);
    expect(breakdown.statistics).toBe(2 + 4 * count);
    const without = plain.encodeMeasured(down());
    expect(breakdown).toEqual({ ...without.breakdown, statistics: breakdown.statistics });
    expect(exact.encodeMeasured(exact.decode(bytes, known)).breakdown).toEqual(breakdown);
  });

  it.each([
    ["none, where the model has some", down(), "expected 3 statistics, got 0"],
    ["too few", down(Float32Array.of(1, 2)), "expected 3 statistics, got 2"],
    ["too many", down(new Float32Array(4)), "expected 3 statistics, got 4"],
    ["one that is not a number", down(Float32Array.of(1, Number.NaN, 3)), "expected finite values, got NaN or infinity"],
    ["an infinite one", down(Float32Array.of(1, Number.NEGATIVE_INFINITY, 3)), "expected finite values, got NaN or infinity"],
  ])("are refused where there is %s", (_, message, sentence) => {
    expect(() => exact.decode(exact.encode(message))).toThrow(sentence);
  });

  it("are refused where the model has none", () => {
    expect(() => plain.decode(exact.encode(given))).toThrow("expected no section of type 2, got one");
  });
});
