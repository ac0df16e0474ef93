import { describe, expect, it } from "vitest";
import { createBucket, createKeyedBuckets } from "../../signaling-server/pace.ts";
import { createTrafficLimits } from "../../signaling-server/traffic-limits.ts";

describe("a bucket", () => {
  it("lets a burst through, then so many a second, and what it refuses costs nothing", () => {
    const bucket = createBucket({ burst: 10, perSecond: 2 }, 0);
    const taken = (now: number, tries: number): number =>
      Array.from({ length: tries }, () => bucket.take(now, 1)).filter(Boolean).length;
    expect([taken(0, 100), taken(1_000, 100), taken(1_400, 100), taken(1_500, 100), taken(60_000, 100)]).toEqual([
      10, 2, 0, 1, 10,
    ]);
  });

  it("is one for each key, and forgets the key that came the longest ago once there are 10,000", () => {
    const buckets = createKeyedBuckets({ burst: 1, perSecond: 0 });
    const take = (key: number | string) => buckets.take(String(key), 0, 1);
    expect([take("old"), take("old"), take("used")]).toEqual([true, false, true]);
    for (let i = 0; i < 9_999; i += 1) {
      take(i);
      if (i % 1_000 === 0) take("used");
    }
    expect([take("used"), take("old")]).toEqual([false, true]);
  });
});

describe("what connections send", () => {
  const wide = { burst: 1e9, perSecond: 1e9 };

  it("ends the one that sends more bytes than it may, with the reason", () => {
    const judge = createTrafficLimits({ messages: wide, bytes: wide }).judge("a", 0);
    const verdicts = Array.from({ length: 110 }, () => judge(40_000, 0));
    expect(verdicts.slice(0, 104).every((verdict) => verdict === null)).toBe(true);
    expect(verdicts[104]).toBe("expected at most 131072 bytes a second, got many more");
  });

  it("ends those of an address over its limit that sent much, not those that sent little, nor another address's", () => {
    const limits = createTrafficLimits({ messages: { burst: 300, perSecond: 1 }, bytes: wide });
    const [loud, quiet, other] = [limits.judge("a", 0), limits.judge("a", 0), limits.judge("b", 0)];
    const said = Array.from({ length: 400 }, () => loud(10, 0));
    expect(said.findIndex((verdict) => verdict !== null)).toBe(300);
    expect(said.at(-1)).toBe("your address sends more than it may");
    expect([quiet(10, 0), other(10, 0)]).toEqual([null, null]);
  });
});
