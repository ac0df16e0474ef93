import { describe, expect, it } from "vitest";
import { countOf } from "../../shared/compress/amount.ts";
import { SchemeError } from "../../shared/compress/grammar.ts";
import { schemeOf } from "../../shared/compress/scheme-of.ts";
import { layoutOf } from "../../shared/layout.ts";

describe("how many coordinates are kept", () => {
  const layout = layoutOf([{ name: "x", shape: [10_000] }]);
  const keptIn = (text: string, round: number): unknown => schemeOf(text).phases(layout, { round, members: 4 })[0]!.merge;

  it("is a share rounded up, at least 1, or a count of at most d", () => {
    expect(countOf({ kind: "share", share: 0.01 }, 150, { round: 1 })).toBe(2);
    expect(countOf({ kind: "share", share: 0.01 }, 3, { round: 1 })).toBe(1);
    expect(countOf({ kind: "count", count: 500 }, 300, { round: 1 })).toBe(300);
    expect(countOf({ kind: "count", count: 5 }, 0, { round: 1 })).toBe(0);
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
