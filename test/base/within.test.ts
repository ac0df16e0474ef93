import { expect, it } from "vitest";
import { NoAnswerError, within } from "../../shared/base/within.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";

const clockOf = () => createVirtualClock(() => new Promise((resolve) => void setImmediate(resolve)));
const never = new Promise<never>(() => {});

it("what does not answer is waited for as long as the limit says, and named", async () => {
  const clock = clockOf();
  let cause: unknown = null;
  within(never, { clock, limitMs: 5_000, who: "the storage" }).catch((error: unknown) => {
    cause = error;
  });
  await clock.advance(4_999);
  expect(cause).toBeNull();
  await clock.advance(1);
  expect(cause).toEqual(new NoAnswerError("the storage gave no answer within 5 s"));
});

it("what answers in time is passed on, be it an error, and leaves no timer behind", async () => {
  const clock = clockOf();
  const late: number[] = [];
  const limit = { clock, limitMs: 5_000, who: "the storage", late: (value: number) => void late.push(value) };
  expect(await within(Promise.resolve(7), limit)).toBe(7);
  await expect(within(Promise.reject(new Error("full")), limit)).rejects.toThrow("full");
  await clock.advance(10_000);
  expect(late).toEqual([]);
});

it("what answers too late is handed to who lets go of it, once; an error that comes too late is nobody's", async () => {
  const clock = clockOf();
  const told: number[] = [];
  let resolve = (_value: number): void => {};
  let reject = (_cause: Error): void => {};
  const slow = new Promise<number>((done) => {
    resolve = done;
  });
  const failing = new Promise<number>((_, fail) => {
    reject = fail;
  });
  const limit = { clock, limitMs: 5_000, who: "the storage", late: (value: number) => void told.push(value) };
  const both = Promise.allSettled([within(slow, limit), within(failing, limit)]);
  await clock.advance(5_000);
  expect((await both).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  resolve(7);
  reject(new Error("gone"));
  await clock.advance(0);
  expect(told).toEqual([7]);
});
