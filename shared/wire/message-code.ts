import type { Version } from "../base/version.ts";
import { WireError } from "../base/wire-error.ts";
import type { TopologyName } from "../tree/topologies.ts";
import { type ByteBreakdown, noBytes, type PartBreakdown } from "./byte-breakdown.ts";
import { createReader, createWriter, type Reader, type Writer } from "./bytes.ts";
import { readFloats } from "./floats.ts";
import { readHeaders, writeHeaders } from "./header-code.ts";
import type { PeerMessage } from "./messages.ts";
import { readPart, writePart } from "./part-code.ts";
import { readState, writeState } from "./state-code.ts";
import type { SumShape } from "./sum-shape.ts";
import { maxCount, readHash, readTip, readVersion, writeHash, writeTip, writeVersion } from "./tip-code.ts";

/** The first byte of every message is 16 · version + kind. Raised whenever this file's grammar changes. */
export const peerProtocol = 1;

const kinds = { have: 0, up: 1, down: 2, snapshot: 3, reparent: 4, piece: 5, fetch: 6 } as const;

const maxPhases = 16;
/** Bytes of a snapshot that goes in pieces. */
const maxPieced = 2 ** 31;
/** What both sides know already and need not send. */
export interface Codec {
  encode(message: PeerMessage): Uint8Array;
  /** The encoded message, and what its bytes are for. */
  encodeMeasured(message: PeerMessage): { readonly bytes: Uint8Array; readonly breakdown: ByteBreakdown };
  /** @throws {WireError} on anything that `encode` does not produce for this model */
  decode(bytes: Uint8Array): PeerMessage;
}

/** The codec of one run: `length` is d of its model, `shapes` what its scheme's sums are like, phase by phase. */
export function createCodec(
  tree: TopologyName,
  length: number,
  shapes: readonly SumShape[] = [{ length, isGathered: false, statistics: 0 }],
): Codec {
  const encodeMeasured: Codec["encodeMeasured"] = (message) => {
    const writer = createWriter();
    writer.byte(16 * peerProtocol + kinds[message.kind]);
    writeVersion(writer, message.version);
    const { index, value, statistics } = writeBody(writer, message, tree);
    const bytes = writer.finish();
    return { bytes, breakdown: { index, value, statistics, other: bytes.length - index - value - statistics } };
  };
  return {
    encodeMeasured,
    encode: (message) => encodeMeasured(message).bytes,
    decode(bytes) {
      const reader = createReader(bytes);
      const first = reader.byte();
      if (first >> 4 !== peerProtocol) throw new WireError(`expected protocol ${peerProtocol}, got ${first >> 4}`);
      const message = readBody(reader, first & 15, { version: readVersion(reader), tree, length, shapes });
      reader.end();
      return message;
    },
  };
}

/** @returns how many of the bytes are indices and values of updates, and statistics */
function writeBody(writer: Writer, message: PeerMessage, tree: TopologyName): PartBreakdown {
  switch (message.kind) {
    case "have":
      writeTip(writer, message.tip);
      writer.byte(message.observer ? 1 : 0);
      return noBytes;
    case "up":
      writer.varint(message.round);
      writeHash(writer, message.previous);
      writer.byte(message.phase);
      writer.byte((message.complete ? 1 : 0) + (message.part === null ? 0 : message.again === true ? 6 : 2));
      return message.part === null ? noBytes : writePart(writer, message.part, tree);
    case "down":
      writeVersion(writer, message.committedBy);
      writer.varint(message.round);
      writeHash(writer, message.previous);
      writer.byte(message.phase);
      writer.byte(message.hash === null ? 0 : 1);
      if (message.hash !== null) writeHash(writer, message.hash);
      return writePart(writer, message.part, tree);
    case "snapshot":
      writeTip(writer, message.tip);
      writeHeaders(writer, message, tree);
      writer.bytes(new Uint8Array(message.parameters.buffer, message.parameters.byteOffset, message.parameters.byteLength));
      writeState(writer, message.replicated);
      return noBytes;
    case "reparent":
      writer.byte(message.wanted ? 1 : 0);
      return noBytes;
    case "piece":
      writeTip(writer, message.tip);
      writer.varint(message.total);
      writer.varint(message.offset);
      writer.varint(message.bytes.length);
      writer.bytes(message.bytes);
      return noBytes;
    case "fetch":
      writeHash(writer, message.hash);
      writer.varint(message.offset);
      writer.varint(message.length);
      return noBytes;
  }
}

interface Known {
  readonly version: Version;
  readonly tree: TopologyName;
  readonly length: number;
  readonly shapes: readonly SumShape[];
}

function readBody(reader: Reader, kind: number, { version, tree, length, shapes }: Known): PeerMessage {
  switch (kind) {
    case kinds.have:
      return { kind: "have", version, tip: readTip(reader), observer: readFlags(reader, 1) === 1 };
    case kinds.up: {
      const head = { round: reader.varint(maxCount, "a round"), previous: readHash(reader), phase: readPhase(reader) };
      const flags = readFlags(reader, 7);
      if (flags === 4 || flags === 5) throw new WireError(`expected a part that comes again, got flags ${flags}`);
      const part = flags >= 2 ? readPart(reader, tree, shapeOf(head.phase, shapes)) : null;
      return { kind: "up", version, ...head, complete: flags % 2 === 1, part, ...(flags >= 6 ? { again: true } : {}) };
    }
    case kinds.down: {
      const committedBy = readVersion(reader);
      const head = { round: reader.varint(maxCount, "a round"), previous: readHash(reader), phase: readPhase(reader) };
      const hash = readFlags(reader, 1) === 1 ? readHash(reader) : null;
      return {
        kind: "down",
        version,
        committedBy,
        ...head,
        hash,
        part: readPart(reader, tree, shapeOf(head.phase, shapes)),
      };
    }
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
    case kinds.fetch:
      return {
        kind: "fetch",
        version,
        hash: readHash(reader),
        offset: reader.varint(maxPieced, "an offset"),
        length: reader.varint(maxPieced, "a length"),
      };
    default:
      throw new WireError(`expected a message kind from 0 to 6, got ${kind}`);
  }
}

function shapeOf(phase: number, shapes: readonly SumShape[]): SumShape {
  const shape = shapes[phase];
  if (shape === undefined) throw new WireError(`expected a phase below ${shapes.length}, got ${phase}`);
  return shape;
}

function readPhase(reader: Reader): number {
  const phase = reader.byte();
  if (phase >= maxPhases) throw new WireError(`expected a phase below ${maxPhases}, got ${phase}`);
  return phase;
}

function readFlags(reader: Reader, most: number): number {
  const flags = reader.byte();
  if (flags > most) throw new WireError(`expected flags of at most ${most}, got ${flags}`);
  return flags;
}
