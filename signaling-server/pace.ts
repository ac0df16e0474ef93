/** How much of something may come: `burst` at once, then `perSecond`. */
export interface Pace {
  readonly burst: number;
  readonly perSecond: number;
}

/** Keys that are remembered; the one that was used the longest ago goes, and begins anew when it is back. */
const maxKeys = 10_000;

/** A token bucket: what is refused costs nothing. Times are in milliseconds. */
export interface Bucket {
  /** Takes `cost` tokens; false, and none taken, where there are fewer. */
  take(now: number, cost: number): boolean;
  /** The part of the burst that is there, 0 to 1. */
  left(now: number): number;
}

export function createBucket({ burst, perSecond }: Pace, startedAt: number): Bucket {
  let tokens = burst;
  let filledAt = startedAt;
  const fill = (now: number): void => {
    tokens = Math.min(burst, tokens + (Math.max(0, now - filledAt) / 1_000) * perSecond);
    filledAt = now;
  };
  return {
    take(now, cost) {
      fill(now);
      if (tokens < cost) return false;
      tokens -= cost;
      return true;
    },
    left(now) {
      fill(now);
      return tokens / burst;
    },
  };
}

/** One bucket a key. Memory is bounded, whatever number of keys there are. */
export interface KeyedBuckets {
  take(key: string, now: number, cost: number): boolean;
}

export function createKeyedBuckets(pace: Pace): KeyedBuckets {
  /** The latest used last. */
  const buckets = new Map<string, Bucket>();
  return {
    take(key, now, cost) {
      const bucket = buckets.get(key) ?? createBucket(pace, now);
      buckets.delete(key);
      buckets.set(key, bucket);
      if (buckets.size > maxKeys) buckets.delete(buckets.keys().next().value!);
      return bucket.take(now, cost);
    },
  };
}
