import { describe, expect, it } from "vitest";
import { layoutOf } from "../../shared/base/layout.ts";
import { seeded } from "../../shared/base/random.ts";
import { contractionOf } from "../../shared/compress/measured.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import { LocalAllReduce } from "../../shared/simulation/lab/local-all-reduce.ts";
import { denseUpdate, sparseUpdate, zeroUpdate } from "../../shared/vector/update.ts";
import { createWriter } from "../../shared/wire/bytes.ts";
import { createCodec } from "../../shared/wire/message-code.ts";
import { writeSupport } from "../../shared/wire/support-code.ts";
import { writeUpdate } from "../../shared/wire/update-code.ts";
import { swarmOf } from "../support/swarm.ts";

describe("what a peer tells of a round's bytes", () => {
  it.each(["ef14(topk(10%))", "ef14(topk(10%) | block8)", "none"])(
    "adds up under %s: indices, values, the rest of the messages and the frames are what entered the channels",
    async (scheme) => {
      const { ids, roundsOf, reached, run, clock } = swarmOf(5, { scheme });
      await run(reached(12, ids));
      await clock.advance(5);
      for (const peer of ids) {
        const rounds = roundsOf(peer).slice(1);
        const sum = (of: (round: (typeof rounds)[number]) => number): number => rounds.reduce((all, round) => all + of(round), 0);
        const payload = sum(({ payload: { index, value, other } }) => index + value + other);
        const framing = sum(({ bytesSent }) => bytesSent) - payload;
        expect(Math.abs(framing)).toBeLessThan(0.15 * payload);
        if (scheme === "none") expect(sum(({ payload: { index } }) => index)).toBe(0);
        else expect(sum(({ payload: { index } }) => index)).toBeGreaterThan(0);
      }
    },
  );

  it("counts every byte of a message once", () => {
    const codec = createCodec("heap", 10);
    const tip = { round: 3, version: [1, 2] as const, hash: "0".repeat(32) };
    const { bytes, breakdown } = codec.encodeMeasured({ kind: "have", version: [1, 1], tip, observer: false });
    expect(breakdown).toEqual({ index: 0, value: 0, statistics: 0, other: bytes.length });
  });

  it.each([1_000, 10_000, 100_000])("counts an update of %i coordinates by its breakdown, however long they are", (length) => {
    const indices = Uint32Array.from({ length: length / 4 }, (_, i) => 4 * i + (i % 3));
    const update = sparseUpdate(length, indices, new Float32Array(indices.length).fill(1));
    const writer = createWriter();
    const { index, value } = writeUpdate(writer, update);
    const alone = createWriter();
    writeSupport(alone, update.support, length);
    expect(index).toBe(alone.finish().length);
    expect(value).toBe(4 * indices.length);
    expect(writer.length).toBe(writer.finish().length);
  });

  it("says how much of the update's energy went through: k/d for flat numbers, 1 for all of them", async () => {
    const { ids, roundsOf, reached, run } = swarmOf(3, { scheme: "none" });
    await run(reached(4, ids));
    for (const { alpha, counted } of ids.flatMap(roundsOf)) if (counted) expect(alpha).toBeCloseTo(1, 6);
  });
});

describe("α̂", () => {
  it("is 1 − ‖C(x) − x‖²/‖x‖²", () => {
    const x = Float32Array.of(3, 0, 4);
    expect(contractionOf(x, zeroUpdate(3))).toBe(0);
    expect(contractionOf(x, denseUpdate(x))).toBe(1);
    expect(contractionOf(x, denseUpdate(Float32Array.of(0, 0, 4)))).toBeCloseTo(16 / 25, 12);
    expect(contractionOf(new Float32Array(3), zeroUpdate(3))).toBe(1);
  });

  it("is told of each compression, without changing a bit of it", () => {
    const layout = layoutOf([{ name: "x", shape: [8, 6] }]);
    const texts = [
      "ef14(topk(10%))",
      "ef21(svd(1))",
      "scam(topk(10%))",
      "ef14(powersgd(1))",
      "topk(5) | qsgd(8)",
      "econtrol(randk(9))",
    ];
    for (const text of texts) {
      const told: number[] = [];
      const plain = new LocalAllReduce(schemeOf(text), layout, 3);
      const probed = new LocalAllReduce(
        schemeOf(text, (alpha) => told.push(alpha)),
        layout,
        3,
      );
      for (let round = 0; round < 3; round += 1) {
        const rng = seeded(round, "alpha");
        const xs = plain.local.map(() => Float32Array.from({ length: layout.length }, () => rng.normal()));
        expect(probed.round(xs)).toEqual(plain.round(xs));
      }
      expect(told).toHaveLength(9);
      for (const alpha of told) expect(alpha).toBeLessThanOrEqual(1 + 1e-6);
    }
  });
});
