import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("virtual time", () => {
  it("runs events by time, those of one time in the order they were set, and never the cancelled ones", async () => {
    const event = fc.record({ delay: fc.integer({ min: 0, max: 20 }), cancelled: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 60 }), async (events) => {
        const clock = createVirtualClock(settle);
        const ran: number[] = [];
        const cancels = events.map(({ delay }, i) =>
          clock.at(delay, () => {
            expect(clock.now()).toBe(delay);
            ran.push(i);
            return false;
          }),
        );
        events.forEach(({ cancelled }, i) => {
          if (cancelled) cancels[i]!();
        });
        expect(clock.pending).toBe(events.filter(({ cancelled }) => !cancelled).length);
        expect(await clock.run()).toBe(true);
        const expected = events
          .map((one, i) => ({ ...one, i }))
          .filter(({ cancelled }) => !cancelled)
          .sort((a, b) => a.delay - b.delay || a.i - b.i);
        expect(ran).toEqual(expected.map(({ i }) => i));
      }),
      { numRuns: 50 },
    );
  });

  it("lets promises settle between one event and the next", async () => {
    const clock = createVirtualClock(settle);
    const seen: string[] = [];
    clock.after(1, () => void Promise.resolve().then(() => clock.after(1, () => seen.push("set by a promise"))));
    clock.after(3, () => seen.push("later"));
    await clock.run();
    expect(seen).toEqual(["set by a promise", "later"]);
  });

  it("advances to a time and no further, whether or not there are events", async () => {
    const clock = createVirtualClock(settle);
    let ran = 0;
    clock.after(10, () => {
      ran += 1;
    });
    await clock.advance(9);
    expect([clock.now(), ran]).toEqual([9, 0]);
    await clock.advance(1);
    expect([clock.now(), ran]).toEqual([10, 1]);
    await clock.advance(5);
    expect(clock.now()).toBe(15);
  });

  it("stops as soon as what it runs for holds, and says so", async () => {
    const clock = createVirtualClock(settle);
    let ran = 0;
    const tick = (): void => {
      ran += 1;
      clock.after(1, tick);
    };
    clock.after(1, tick);
    expect(await clock.run({ until: () => ran === 3 })).toBe(true);
    expect([clock.now(), ran]).toEqual([3, 3]);
    expect(await clock.run({ until: () => ran === 100, limitMs: 10 })).toBe(false);
    expect(ran).toBe(13);
  });
});
