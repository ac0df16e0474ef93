import { countOf } from "../aggregate/contributors.ts";
import { partsOf, type Sum } from "../aggregate/gathered.ts";
import type { Metrics, Part } from "../aggregate/part.ts";
import type { TreeKind } from "../aggregate/tree.ts";
import type { Version } from "../signaling/version.ts";
import { createReader, createWriter, type Reader, WireError, type Writer } from "./bytes.ts";
import { readContributors, writeContributors } from "./contributors-code.ts";
import { readFloats } from "./floats.ts";
import { readHeaders, writeHeaders } from "./header-code.ts";
import type { PeerMessage } from "./messages.ts";
import { readState, writeState } from "./state-code.ts";
import type { SumShape } from "./sum-shape.ts";
import { mostCount, readHash, readTip, readVersion, writeHash, writeTip, writeVersion } from "./tip-code.ts";
import { readUpdate, writeUpdate } from "./update-code.ts";

/** The first byte of every message is 16 · version + kind. Raised whenever this file's grammar changes. */
export const peerProtocol = 1;

const kinds = { have: 0, up: 1, down: 2, snapshot: 3 } as const;

const mostPhases = 16;
/**
 * What one contributor may add to each count, and (as a magnitude) to the weight and each real metric: the sums of 4,096
 * contributors stay exact, or finite, and a total passes wherever its parts did.
 */
export const mostPerContributor = 2 ** 40;

/** What both sides know already and need not send. */
export interface Codec {
  encode(message: PeerMessage): Uint8Array;
  /** @throws {WireError} on anything that `encode` does not produce for this model */
  decode(bytes: Uint8Array): PeerMessage;
}

/** The codec of one run: `length` is d of its model, `shapes` what its scheme's sums are like, phase by phase. */
export function createCodec(
  tree: TreeKind,
  length: number,
  shapes: readonly SumShape[] = [{ length, isGathered: false }],
): Codec {
  return {
    encode(message) {
      const writer = createWriter();
      writer.byte(16 * peerProtocol + kinds[message.kind]);
      writeVersion(writer, message.version);
      writeBody(writer, message, tree);
      return writer.finish();
    },
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

function writeBody(writer: Writer, message: PeerMessage, tree: TreeKind): void {
  switch (message.kind) {
    case "have":
      writeTip(writer, message.tip);
      writer.byte(message.observer ? 1 : 0);
      break;
    case "up":
      writer.varint(message.round);
      writeHash(writer, message.previous);
      writer.byte(message.phase);
      writer.byte((message.complete ? 1 : 0) + (message.part === null ? 0 : 2));
      if (message.part !== null) writePart(writer, message.part, tree);
      break;
    case "down":
      writeVersion(writer, message.committedBy);
      writer.varint(message.round);
      writeHash(writer, message.previous);
      writer.byte(message.phase);
      writer.byte(message.hash === null ? 0 : 1);
      if (message.hash !== null) writeHash(writer, message.hash);
      writePart(writer, message.part, tree);
      break;
    case "snapshot":
      writeTip(writer, message.tip);
      writeHeaders(writer, message, tree);
      writer.bytes(new Uint8Array(message.parameters.buffer, message.parameters.byteOffset, message.parameters.byteLength));
      writeState(writer, message.common);
      break;
  }
}

interface Known {
  readonly version: Version;
  readonly tree: TreeKind;
  readonly length: number;
  readonly shapes: readonly SumShape[];
}

function readBody(reader: Reader, kind: number, { version, tree, length, shapes }: Known): PeerMessage {
  switch (kind) {
    case kinds.have:
      return { kind: "have", version, tip: readTip(reader), observer: readFlags(reader, 1) === 1 };
    case kinds.up: {
      const head = { round: reader.varint(mostCount, "a round"), previous: readHash(reader), phase: readPhase(reader) };
      const flags = readFlags(reader, 3);
      const part = flags >= 2 ? readPart(reader, tree, shapeOf(head.phase, shapes)) : null;
      return { kind: "up", version, ...head, complete: flags % 2 === 1, part };
    }
    case kinds.down: {
      const committedBy = readVersion(reader);
      const head = { round: reader.varint(mostCount, "a round"), previous: readHash(reader), phase: readPhase(reader) };
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
        common: readState(reader, length),
      };
    }
    default:
      throw new WireError(`expected a message kind from 0 to 3, got ${kind}`);
  }
}

/** members · apex · exceptions · weight · metrics · sum */
function writePart(writer: Writer, part: Part, tree: TreeKind): void {
  writeContributors(writer, part.contributors, tree);
  writer.float64(part.weight);
  writer.varint(part.metrics.samples);
  writer.varint(part.metrics.tested);
  writer.varint(part.metrics.correct);
  writer.float64(part.metrics.trainingLoss);
  writer.float64(part.metrics.testLoss);
  writer.float64(part.metrics.trainingMs);
  for (const update of partsOf(part.sum)) writeUpdate(writer, update);
}

function readPart(reader: Reader, tree: TreeKind, shape: SumShape): Part {
  const contributors = readContributors(reader, tree);
  const most = mostPerContributor * countOf(contributors);
  const real = (what: string): number => {
    const value = reader.float64(what);
    if (Math.abs(value) > most) throw new WireError(`expected a ${what} of at most ${most}, got ${value}`);
    return value;
  };
  const weight = real("weight");
  if (!(weight > 0)) throw new WireError(`expected a positive weight, got ${weight}`);
  const metrics: Metrics = {
    samples: reader.varint(most, "a sample count"),
    tested: reader.varint(most, "a test count"),
    correct: reader.varint(most, "a hit count"),
    trainingLoss: real("loss"),
    testLoss: real("test loss"),
    trainingMs: real("duration"),
  };
  return { contributors, weight, metrics, sum: readSum(reader, shape, countOf(contributors)) };
}

/** One update; of what is gathered, one for each contributor. An update takes at least a byte, so a forged count soon runs dry. */
function readSum(reader: Reader, { length, isGathered }: SumShape, contributors: number): Sum {
  if (!isGathered) return readUpdate(reader, length);
  return { kind: "gathered", length, parts: Array.from({ length: contributors }, () => readUpdate(reader, length)) };
}

function shapeOf(phase: number, shapes: readonly SumShape[]): SumShape {
  const shape = shapes[phase];
  if (shape === undefined) throw new WireError(`expected a phase below ${shapes.length}, got ${phase}`);
  return shape;
}

function readPhase(reader: Reader): number {
  const phase = reader.byte();
  if (phase >= mostPhases) throw new WireError(`expected a phase below ${mostPhases}, got ${phase}`);
  return phase;
}

function readFlags(reader: Reader, most: number): number {
  const flags = reader.byte();
  if (flags > most) throw new WireError(`expected flags of at most ${most}, got ${flags}`);
  return flags;
}
