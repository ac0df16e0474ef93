import type { Hash } from "../base/hash.ts";
import type { Version } from "../base/version.ts";
import type { Reader, Writer } from "./bytes.ts";
import { prefixOf } from "./short-hash.ts";
import { maxCount } from "./tip-code.ts";

/** To which sum a message belongs. */
interface Attempt {
  readonly version: Version;
  readonly round: number;
  /** The chain's hash before the round. */
  readonly previous: Hash;
}

/** What a reader knows of its rosters and its chain, by which it completes what messages name in short. */
export interface Known {
  /** Epochs of rosters, that in force first. */
  readonly epochs: Iterable<number>;
  /** The chain's hash after a round; null where it is not known any more. */
  hashAfter(round: number): Hash | null;
}

export const nothingKnown: Known = { epochs: [], hashAfter: () => null };

/** Stands for an epoch that the reader does not know: newer than every one that it does. */
const unknownEpoch = Number.MAX_SAFE_INTEGER;

const tagBytes = 4;

/**
 * byte epoch mod 256 · varint counter · varint round · 4 bytes of tag: the first ones of the previous hash, XOR ⌊epoch / 256⌋ mod 2³².
 * Of two attempts on one chain under rosters of one counter the tags are equal only if their epochs are (for 34 years).
 */
export function writeAttempt(writer: Writer, { version: [epoch, counter], round, previous }: Attempt): void {
  writer.byte(epoch % 256);
  writer.varint(counter);
  writer.varint(round);
  const tag = tagOf(previous, epoch);
  for (let shift = 24; shift >= 0; shift -= 8) writer.byte((tag >>> shift) & 255);
}

/**
 * The epoch is that one of the known which has the last byte, and whose tag is right if there is such; an unknown one is taken for newer
 * than all. Of a previous hash that is not known, the first 32 bits are right and the others 0.
 */
export function readAttempt(reader: Reader, known: Known): Attempt {
  const low = reader.byte();
  const counter = reader.varint(maxCount, "a version");
  const round = reader.varint(maxCount, "a round");
  const tag = reader.bytes(tagBytes).reduce((word, byte) => (word << 8) | byte, 0) >>> 0;
  const hash = known.hashAfter(round - 1);
  let epoch = unknownEpoch;
  for (const one of known.epochs) {
    if (one % 256 !== low) continue;
    if (epoch === unknownEpoch) epoch = one;
    if (hash === null || tagOf(hash, one) !== tag) continue;
    return { version: [one, counter], round, previous: hash };
  }
  return { version: [epoch, counter], round, previous: prefixOf((tag ^ highOf(epoch)) >>> 0) };
}

function tagOf(hash: Hash, epoch: number): number {
  return (Number.parseInt(hash.slice(0, 2 * tagBytes), 16) ^ highOf(epoch)) >>> 0;
}

/** ⌊epoch / 256⌋ mod 2³². */
function highOf(epoch: number): number {
  return Math.floor(epoch / 256) >>> 0;
}
