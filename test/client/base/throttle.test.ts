import { describe, expect, it } from "vitest";
import { throttle } from "../../../client/base/throttle.ts";
import { createVirtualClock } from "../../../shared/simulation/network/virtual-clock.ts";

describe("a throttled task", () => {
  it("is done at once, then once for all who ask within its pace, and at once again after a rest", async () => {
    const clock = createVirtualClock(() => Promise.resolve());
    const done: number[] = [];
    const ask = throttle(clock, 100, () => done.push(clock.now()));
    ask();
    for (let i = 0; i < 30; i += 1) {
      await clock.advance(10);
      ask();
    }
    await clock.advance(1_000);
    ask();
    expect(done).toEqual([0, 100, 200, 300, 400, 1_300]);
  });
});
