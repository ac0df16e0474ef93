import { peerProtocol } from "../base/peer-protocol.ts";
import { compareVersions } from "../base/version.ts";
import { WireError } from "../base/wire-error.ts";
import type { TopologyName } from "../tree/topologies.ts";
import { type Known, nothingKnown, readAttempt, writeAttempt } from "./attempt-code.ts";
import { type ByteBreakdown, noBytes, type PartBreakdown } from "./byte-breakdown.ts";
import { createReader, createWriter, type Reader, type Writer } from "./bytes.ts";
import { readFloats } from "./floats.ts";
import { readHeaders, writeHeaders } from "./header-code.ts";
import type { PeerMessage } from "./messages.ts";
import { readPart, writePart } from "./part-code.ts";
import { readShortHash, writeShortHash } from "./short-hash.ts";
import { readState, writeState } from "./state-code.ts";
import type { SumShape } from "./sum-shape.ts";
import { readHash, readTip, readVersion, writeHash, writeTip, writeVersion } from "./tip-code.ts";

/** The first byte of every message is 16 · protocol + kind. */
const kinds = { have: 0, down: 2, snapshot: 3, reparent: 4, piece: 5, fetch: 6, downOfOther: 7 } as const;

/** An `up` is of kind 8 + its flags. */
const up = 8;
const flags = { complete: 1, part: 2, again: 4 } as const;

/** Bytes of a snapshot that goes in pieces. */
const maxPieced = 2 ** 31;
/** What both sides know already and need not send. */
export interface Codec {
  encode(message: PeerMessage): Uint8Array;
  /** The encoded message, and what its bytes are for. */
  encodeMeasured(message: PeerMessage): { readonly bytes: Uint8Array; readonly breakdown: ByteBreakdown };
  /**
   * @param known by which versions and previous hashes of parts and totals are completed, see `readAttempt`
   * @throws {WireError} on anything that `encode` does not produce for this model
   */
  decode(bytes: Uint8Array, known?: Known): PeerMessage;
}

/** The codec of one run: `length` is d of its model, `shapes` what its scheme's sums are like, phase by phase. */
export function createCodec(
  tree: TopologyName,
  length: number,
  shapes: readonly SumShape[] = [{ length, isGathered: false, statistics: 0 }],
): Codec {
  const encodeMeasured: Codec["encodeMeasured"] = (message) => {
    const writer = createWriter();
    writer.byte(16 * peerProtocol + kindOf(message));
    const { index, value, statistics } = writeBody(writer, message, { tree, shapes });
    const bytes = writer.finish();
    return { bytes, breakdown: { index, value, statistics, other: bytes.length - index - value - statistics } };
  };
  return {
    encodeMeasured,
    encode: (message) => encodeMeasured(message).bytes,
    decode(bytes, known = nothingKnown) {
      const reader = createReader(bytes);
      const first = reader.byte();
      if (first >> 4 !== peerProtocol) throw new WireError(`expected protocol ${peerProtocol}, got ${first >> 4}`);
      const message = readBody(reader, first & 15, { known, tree, length, shapes });
      reader.end();
      return message;
    },
  };
}

function kindOf(message: PeerMessage): number {
  switch (message.kind) {
    case "up": {
      const { complete, part, again = false } = message;
      return up + (complete ? flags.complete : 0) + (part === null ? 0 : flags.part) + (again ? flags.again : 0);
    }
    case "down":
      return compareVersions(message.committedBy, message.version) === 0 ? kinds.down : kinds.downOfOther;
    default:
      return kinds[message.kind];
  }
}

/** @returns how many of the bytes are indices and values of updates, and statistics */
function writeBody(writer: Writer, message: PeerMessage, { tree, shapes }: Pick<Shared, "tree" | "shapes">): PartBreakdown {
  switch (message.kind) {
    case "have":
      writeVersion(writer, message.version);
      writeTip(writer, message.tip);
      writer.byte(message.observer ? 1 : 0);
      return noBytes;
    case "up":
      writeAttempt(writer, message);
      if (shapes.length > 1) writer.byte(message.phase);
      return message.part === null ? noBytes : writePart(writer, message.part, tree);
    case "down":
      writeAttempt(writer, message);
      if (shapes.length > 1) writer.byte(message.phase);
      if (compareVersions(message.committedBy, message.version) !== 0) writeVersion(writer, message.committedBy);
      if ((message.hash !== null) !== isLast(message.phase, shapes))
        throw new RangeError(`expected a hash in the last phase alone, got ${message.hash} in phase ${message.phase}`);
      if (message.hash !== null) writeShortHash(writer, message.hash);
      return writePart(writer, message.part, tree);
    case "snapshot":
      writeVersion(writer, message.version);
      writeTip(writer, message.tip);
      writeHeaders(writer, message, tree);
      writer.bytes(new Uint8Array(message.parameters.buffer, message.parameters.byteOffset, message.parameters.byteLength));
      writeState(writer, message.replicated);
      return noBytes;
    case "reparent":
      writeVersion(writer, message.version);
      writer.byte(message.wanted ? 1 : 0);
      return noBytes;
    case "piece":
      writeVersion(writer, message.version);
      writeTip(writer, message.tip);
      writer.varint(message.total);
      writer.varint(message.offset);
      writer.varint(message.bytes.length);
      writer.bytes(message.bytes);
      return noBytes;
    case "fetch":
      writeVersion(writer, message.version);
      writeHash(writer, message.hash);
      writer.varint(message.offset);
      writer.varint(message.length);
      return noBytes;
  }
}

/** What both sides know of a run, and what the reader knows of its chain. */
interface Shared {
  readonly known: Known;
  readonly tree: TopologyName;
  readonly length: number;
  readonly shapes: readonly SumShape[];
}

function readBody(reader: Reader, kind: number, shared: Shared): PeerMessage {
  if (kind >= up) return readUp(reader, kind - up, shared);
  if (kind === kinds.down || kind === kinds.downOfOther) return readDown(reader, kind === kinds.downOfOther, shared);
  if (kind === 1) throw new WireError("expected a message kind of 0 or 2 to 15, got 1");
  const { tree, length } = shared;
  const version = readVersion(reader);
  switch (kind) {
    case kinds.have:
      return { kind: "have", version, tip: readTip(reader), observer: readFlags(reader, 1) === 1 };
    case kinds.snapshot: {
      const tip = readTip(reader);
      return {
        kind: "snapshot",
        version,
        tip,
        ...readHeaders(reader, tree, tip),
        parameters: readFloats(reader, length),
        replicated: readState(reader, length),
      };
    }
    case kinds.reparent:
      return { kind: "reparent", version, wanted: readFlags(reader, 1) === 1 };
    case kinds.piece: {
      const tip = readTip(reader);
      const total = reader.varint(maxPieced, "a snapshot's length");
      const offset = reader.varint(total, "an offset");
      const bytes = reader.bytes(reader.varint(total - offset, "a piece's length")).slice();
      return { kind: "piece", version, tip, total, offset, bytes };
    }
    default:
      return {
        kind: "fetch",
        version,
        hash: readHash(reader),
        offset: reader.varint(maxPieced, "an offset"),
        length: reader.varint(maxPieced, "a length"),
      };
  }
}

function readUp(reader: Reader, given: number, { known, tree, shapes }: Shared): PeerMessage {
  const has = (flag: number): boolean => (given & flag) !== 0;
  if (has(flags.again) && !has(flags.part)) throw new WireError(`expected a part that comes again, got flags ${given}`);
  const attempt = readAttempt(reader, known);
  const phase = readPhase(reader, shapes);
  const part = has(flags.part) ? readPart(reader, tree, shapes[phase]!) : null;
  return { kind: "up", ...attempt, phase, complete: has(flags.complete), part, ...(has(flags.again) ? { again: true } : {}) };
}

/** @param isOfOther another roster made the total than that under which the sender speaks */
function readDown(reader: Reader, isOfOther: boolean, { known, tree, shapes }: Shared): PeerMessage {
  const attempt = readAttempt(reader, known);
  const phase = readPhase(reader, shapes);
  const committedBy = isOfOther ? readVersion(reader) : attempt.version;
  const hash = isLast(phase, shapes) ? readShortHash(reader) : null;
  return { kind: "down", ...attempt, committedBy, phase, hash, part: readPart(reader, tree, shapes[phase]!) };
}

function isLast(phase: number, shapes: readonly SumShape[]): boolean {
  return phase === shapes.length - 1;
}

/** A scheme of one sum needs no number of it. */
function readPhase(reader: Reader, shapes: readonly SumShape[]): number {
  const phase = shapes.length > 1 ? reader.byte() : 0;
  if (phase >= shapes.length) throw new WireError(`expected a phase below ${shapes.length}, got ${phase}`);
  return phase;
}

function readFlags(reader: Reader, most: number): number {
  const flags = reader.byte();
  if (flags > most) throw new WireError(`expected flags of at most ${most}, got ${flags}`);
  return flags;
}
