/** Limits of what one connection may send. */
export interface RateLimit {
  /** Messages that may come at once: a peer that dials its neighbors trickles some dozens of candidates to each. */
  readonly burst: number;
  readonly perSecond: number;
  /** Messages over the limit after which the connection ends. */
  readonly debt: number;
}

export const defaultRateLimit: RateLimit = { burst: 500, perSecond: 200, debt: 2_000 };

/** What to do with one message: handle it, drop it, or end the connection. */
export type RateVerdict = "take" | "drop" | "close";

/** A token bucket that runs into debt: each message costs one token, dropped ones too. `now` in milliseconds. */
export function createTokenBucket(limit: RateLimit, now: number): (now: number) => RateVerdict {
  let tokens = limit.burst;
  let filledAt = now;
  return (at) => {
    tokens = Math.min(limit.burst, tokens + (Math.max(0, at - filledAt) / 1_000) * limit.perSecond);
    filledAt = at;
    tokens -= 1;
    if (tokens >= 0) return "take";
    return tokens >= -limit.debt ? "drop" : "close";
  };
}
