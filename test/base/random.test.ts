import { describe, expect, it } from "vitest";
import { seeded, shuffle } from "../../shared/base/random.ts";

describe("seeded draws", () => {
  it("are the same for the same seed and purpose, and differ for another purpose", () => {
    const draw = (purpose: string) => Array.from({ length: 8 }, seeded(5, purpose).uint32);
    expect(draw("batch")).toEqual(draw("batch"));
    expect(draw("batch")).not.toEqual(draw("noise"));
    expect(draw("batch")).not.toEqual(Array.from({ length: 8 }, seeded(6, "batch").uint32));
  });

  it("are pinned to known values, so that replicas of different releases start alike", () => {
    const rng = seeded(1, "pin");
    expect([rng.uint32(), rng.uint32(), rng.integer(10), rng.normal()]).toMatchSnapshot();
  });

  it("are standard normal to within sampling error", () => {
    const rng = seeded(9, "normal");
    let sum = 0;
    let squares = 0;
    const count = 20_000;
    for (let i = 0; i < count; i += 1) {
      const x = rng.normal();
      sum += x;
      squares += x * x;
    }
    expect(Math.abs(sum / count)).toBeLessThan(0.03);
    expect(Math.abs(squares / count - 1)).toBeLessThan(0.04);
  });

  it("shuffle every order of three equally often", () => {
    const counts = new Map<string, number>();
    const rng = seeded(3, "shuffle");
    for (let i = 0; i < 6_000; i += 1) {
      const order = shuffle([0, 1, 2], rng).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
