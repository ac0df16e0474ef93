import type { AddressLimits } from "./address-limits.ts";
import { createBucket, createKeyedBuckets, type Pace } from "./pace.ts";

/** Bytes that one connection sends: the offers and candidates of sixteen links are 300 KB. */
const bytesOfConnection: Pace = { burst: 4 * 1_048_576, perSecond: 128 * 1_024 };
/** Messages of one connection, of those after which it is no greedy one. The lobby's own limit is the same burst. */
const messagesOfConnection: Pace = { burst: 500, perSecond: 200 };
/** Where an address is over its limit, connections end that have this part of their own allowance left, or less. */
const greedyBelow = 0.5;

/** Judges one packet of a connection: the reason why the connection is to end, or null. */
export type TrafficJudge = (bytes: number, now: number) => string | null;

export interface TrafficLimits {
  /** `key`: what the connection's client is counted by. */
  judge(key: string, now: number): TrafficJudge;
}

/**
 * Bounds what connections send, one by one and those of one address together. Of an address over its limit those go that sent
 * much themselves: the others of a classroom stay.
 */
export function createTrafficLimits({ messages, bytes }: Pick<AddressLimits, "messages" | "bytes">): TrafficLimits {
  const messagesOf = createKeyedBuckets(messages);
  const bytesOf = createKeyedBuckets(bytes);
  return {
    judge(key, startedAt) {
      const ownMessages = createBucket(messagesOfConnection, startedAt);
      const ownBytes = createBucket(bytesOfConnection, startedAt);
      return (size, now) => {
        ownMessages.take(now, 1);
        if (!ownBytes.take(now, size)) return `expected at most ${bytesOfConnection.perSecond} bytes a second, got many more`;
        const fits = [messagesOf.take(key, now, 1), bytesOf.take(key, now, size)].every(Boolean);
        const isGreedy = ownMessages.left(now) <= greedyBelow || ownBytes.left(now) <= greedyBelow;
        return fits || !isGreedy ? null : "your address sends more than it may";
      };
    },
  };
}
