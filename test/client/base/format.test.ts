import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatCount,
  formatLoss,
  formatMilliseconds,
  formatPercent,
  formatSeconds,
  formatShare,
  inTerminal,
  logFraction,
  plural,
} from "../../../client/base/format.ts";
import { hashLook } from "../../../client/page/room/hash-look.ts";

const plain = (text: string | null): string | null => (text === null ? null : inTerminal(text));

describe("numbers for people", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1 kB"],
    [4157, "4.16 kB"],
    [611_229, "611 kB"],
    [999_700, "1 MB"],
    [29_926_680, "29.9 MB"],
  ])("%d bytes are %s", (bytes, text) => expect(plain(formatBytes(bytes))).toBe(text));

  it.each([
    [4157, 611_229, "1/147 of dense"],
    [100, 250, "1/2.5 of dense"],
    [130, 100, "1.3 × dense"],
    [100, 500_000, "1/5 000 of dense"],
    [0, 100, null],
    [100, 0, null],
  ])("%d bytes beside %d are %s", (sent, dense, text) => expect(plain(formatShare(sent, dense))).toBe(text));

  it("has losses, parts, times and counts at a glance", () => {
    expect([formatLoss(2.2956), formatLoss(0.00001234), formatLoss(0)]).toEqual(["2.3", "1.2e-5", "0"]);
    expect(plain(formatPercent(0.91234))).toBe("91.2 %");
    expect(plain(formatSeconds(0.0661))).toBe("66 ms");
    expect([0.2512, 12.34, 59.97, 185].map(formatSeconds).map(plain)).toEqual(["0.251 s", "12.3 s", "1 min 0 s", "3 min 5 s"]);
    expect([0.4, 1.4, 12, 1_250].map(formatMilliseconds).map(plain)).toEqual(["< 1 ms", "1 ms", "12 ms", "1 250 ms"]);
    expect([7, 50_890, 1_068_810].map(formatCount).map(plain)).toEqual(["7", "50 890", "1 068 810"]);
  });

  it("has one of a thing and several of it", () => {
    expect([0, 1, 2, 12_000].map((count) => plural(count, "round")).map(plain)).toEqual([
      "0 rounds",
      "1 round",
      "2 rounds",
      "12 000 rounds",
    ]);
  });

  it("puts bytes on a logarithmic scale within 0 … 1, in their order", () => {
    expect(logFraction(1000, 100, 10_000)).toBeCloseTo(0.5);
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (a, b) => {
        const [low, high] = [logFraction(Math.min(a, b), 100, 1e6), logFraction(Math.max(a, b), 100, 1e6)];
        return low >= 0 && low <= high && high <= 1;
      }),
    );
  });
});

describe("the look of a hash", () => {
  const anyHash = fc
    .array(fc.integer({ min: 0, max: 15 }), { minLength: 32, maxLength: 32 })
    .map((digits) => digits.map((d) => d.toString(16)).join(""));

  it("is the same for the same hash, with four colors that a browser understands", () => {
    fc.assert(
      fc.property(anyHash, (hash) => {
        expect(hashLook(hash)).toEqual(hashLook(hash));
        for (const color of hashLook(hash).colors) expect(color).toMatch(/^hsl\(\d+ 62% (38|56|74)%\)$/);
      }),
    );
  });

  it("has 36 colors a quarter, and uses all of them", () => {
    const looks = new Set(
      Array.from({ length: 1000 }, (_, i) =>
        hashLook(((i * 2654435761) >>> 0).toString(16).padStart(8, "0").repeat(4)).colors.join(),
      ),
    );
    expect(looks.size).toBe(36);
  });
});
