import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawSupport, drawValues } from "../../bench/measure/bench-supports.ts";
import type { Hash } from "../../shared/base/hash.ts";
import type { Version } from "../../shared/base/version.ts";
import { compareVersions } from "../../shared/base/version.ts";
import type { Part } from "../../shared/sum/part.ts";
import { contributorsOf } from "../../shared/tree/contributors.ts";
import { formatted } from "../../shared/vector/formats/formatted.ts";
import { sparseUpdate } from "../../shared/vector/update.ts";
import { type Known, readAttempt, writeAttempt } from "../../shared/wire/attempt-code.ts";
import { createReader, createWriter } from "../../shared/wire/bytes.ts";
import { createCodec } from "../../shared/wire/message-code.ts";

/** Ms since 1970, of the years 2001 to 2033. */
const epoch = fc.integer({ min: 1e12, max: 2e12 });
const counter = fc.nat({ max: 2 ** 40 });
const round = fc.integer({ min: 1, max: 2 ** 40 });
const hash = fc.stringMatching(/^[0-9a-f]{32}$/);

function through(attempt: { version: Version; round: number; previous: Hash }, known: Known) {
  const writer = createWriter();
  writeAttempt(writer, attempt);
  const reader = createReader(writer.finish());
  const read = readAttempt(reader, known);
  reader.end();
  return read;
}

describe("the sum that a message belongs to", () => {
  it("is read whole by who is under its roster and on its chain, or under another roster of its epoch", () => {
    fc.assert(
      fc.property(epoch, counter, round, hash, fc.array(epoch, { maxLength: 4 }), (of, count, next, previous, former) => {
        const attempt = { version: [of, count] as const, round: next, previous };
        const known = { epochs: [of, ...former], hashAfter: (after: number) => (after === next - 1 ? previous : null) };
        expect(through(attempt, known)).toEqual(attempt);
      }),
    );
  });

  it("has the right version, and the beginning of the previous hash, where that is another than the reader's", () => {
    fc.assert(
      fc.property(epoch, counter, round, hash, hash, (of, count, next, previous, mine) => {
        fc.pre(previous.slice(0, 8) !== mine.slice(0, 8));
        for (const own of [mine, null]) {
          const read = through({ version: [of, count], round: next, previous }, { epochs: [of], hashAfter: () => own });
          expect(read.version).toEqual([of, count]);
          expect(read.previous).toBe(previous.slice(0, 8).padEnd(32, "0"));
        }
      }),
    );
  });

  it("is that of another roster for who does not know its epoch: newer than all, or on no chain of the reader's", () => {
    fc.assert(
      fc.property(epoch, epoch, counter, round, hash, (of, mine, count, next, previous) => {
        fc.pre(of !== mine);
        const read = through({ version: [of, count], round: next, previous }, { epochs: [mine], hashAfter: () => previous });
        if (of % 256 === mine % 256) expect(read.previous).not.toBe(previous);
        else expect(compareVersions(read.version, [mine, Number.MAX_SAFE_INTEGER])).toBeGreaterThan(0);
      }),
    );
  });

  it("is told from one of an epoch with the same last byte by the chain", () => {
    const attempt = { version: [1_700_000_000_256, 3] as const, round: 7, previous: "0123456789abcdef".repeat(2) };
    const known = { epochs: [1_700_000_000_000, 1_700_000_000_256], hashAfter: () => attempt.previous };
    expect(through(attempt, known)).toEqual(attempt);
  });
});

/** A part with 127 entries in two levels, of a model of 50,890 parameters. */
function partOf(members: number, positions: readonly number[], samples: number): Part {
  const length = 50_890;
  const sum = sparseUpdate(length, drawSupport(length, 127, 1), drawValues(127, 1));
  const metrics = {
    samples,
    tested: samples,
    sums: [Math.fround(samples / 3), samples - 5],
    trainingLoss: 96.5,
    trainingMs: samples,
  };
  const weight = samples;
  return {
    contributors: contributorsOf(members, positions),
    weight,
    metrics,
    sum: { ...sum, values: formatted(sum.values.data, "two-level") },
  };
}

describe("of a message with 127 entries", () => {
  const codec = createCodec("heap", 50_890);
  const previous = "0123456789abcdef".repeat(2);
  const everyone = [0, 1, 2, 3];

  it.each([
    ["a run's first hours: round 100, roster 5", 100, 5, 28],
    ["a long run: round 10,000, roster 100", 10_000, 100, 29],
    ["a restless one: round 10,000, roster 10,000", 10_000, 10_000, 30],
  ])("at most 30 bytes are none of an up's entries, 8 more of a total's: in %s", (_, at, count, bytes) => {
    const head = { version: [1_800_000_000_000, count] as const, round: at, previous, phase: 0 };
    const up = codec.encodeMeasured({ kind: "up", ...head, complete: true, part: partOf(4, [1, 3], 8_000) });
    expect(up.breakdown.index + up.breakdown.value).toBe(up.bytes.length - bytes);
    const total = { committedBy: head.version, hash: "f".repeat(32), part: partOf(4, everyone, 16_000) };
    const down = codec.encodeMeasured({ kind: "down", ...head, ...total });
    expect(down.breakdown.other).toBe(bytes + 8);
  });
});
