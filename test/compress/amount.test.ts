import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../shared/base/layout.ts";
import { countOf } from "../../shared/compress/text/amount.ts";
import { SchemeError } from "../../shared/compress/text/grammar.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";

describe("how many coordinates are kept", () => {
  const layout = layoutOf([{ name: "x", shape: [10_000] }]);
  const keptIn = (text: string, round: number): unknown => schemeOf(text).phases(layout, { round, members: 4 })[0]!.merge;

  it("is a share rounded up, at least 1, or a count of at most d", () => {
    expect(countOf({ kind: "density", percent: 1 }, 150, { round: 1 })).toBe(2);
    expect(countOf({ kind: "density", percent: 1 }, 3, { round: 1 })).toBe(1);
    expect(countOf({ kind: "count", count: 500 }, 300, { round: 1 })).toBe(300);
    expect(countOf({ kind: "count", count: 5 }, 0, { round: 1 })).toBe(0);
  });

  it("is exactly the share that was typed, which no float is", () => {
    const typed = fc.record({ digits: fc.integer({ min: 1, max: 100_000 }), length: fc.integer({ min: 1, max: 100_000_000 }) });
    fc.assert(
      fc.property(typed, ({ digits, length }) => {
        const kept = Math.ceil((digits * length) / 100_000); // whole numbers below 2⁵³: exact up to the one division
        expect(countOf({ kind: "density", percent: Number(`${digits}e-3`) }, length, { round: 1 })).toBe(kept);
      }),
    );
    const of100 = (text: string): unknown =>
      schemeOf(text).phases(layoutOf([{ name: "x", shape: [100] }]), { round: 1, members: 4 })[0]!.merge;
    for (let percent = 1; percent <= 100; percent += 1)
      expect(of100(`topk(${percent}%)`)).toEqual({ kind: "truncate", keep: percent });
    expect(countOf({ kind: "density", percent: 1e-300 }, 100, { round: 1 })).toBe(1);
  });

  it("comes down to k by a quarter in each fifth of the warm-up: 25 %, 6.25 %, 1.56 %, 0.39 %, 0.098 %, then k", () => {
    const kept = [1, 20, 21, 40, 41, 60, 61, 80, 81, 100, 101].map((round) => keptIn("ef14(topk(0.01%, warmup=100))", round));
    const densities = [0.25, 0.25, 0.0625, 0.0625, 1 / 64, 1 / 64, 1 / 256, 1 / 256, 1 / 1024, 1 / 1024, 0.0001];
    expect(kept).toEqual(densities.map((density) => ({ kind: "truncate", keep: Math.ceil(10_000 * density) })));
  });

  it("never falls below k while it warms up", () => {
    expect(keptIn("topk(5%, warmup=10)", 6)).toEqual({ kind: "truncate", keep: 500 });
  });

  it("warms up for every method that keeps k coordinates, and for no other", () => {
    for (const text of ["topk(10, tensor=1, warmup=5)", "ef14(impk(10, cube=[1, 2], warmup=5))", "scam(topk(10, warmup=5))"])
      expect(JSON.stringify(keptIn(text, 1))).toContain('"keep":2500');
    expect(() => schemeOf("qsgd(8, warmup=5)")).toThrow(SchemeError);
    expect(() => schemeOf("topk(1%, warmup=2%)")).toThrow("expected warmup: a whole number");
  });
});
