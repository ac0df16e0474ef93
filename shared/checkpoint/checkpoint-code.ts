import type { Hasher } from "../base/hash.ts";
import { bytesOf } from "../base/hash.ts";
import { issueText } from "../base/issue-text.ts";
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import { WireError } from "../base/wire-error.ts";
import type { UndoRecord } from "../reduce/all-reduce-types.ts";
import { type Checkpoint, CheckpointError, type KeptResidual } from "../replica/checkpoint.ts";
import { chainHash } from "../replica/replica.ts";
import { configDifferences, configText, type RunConfig, runConfigSchema, splitConfig } from "../run/config.ts";
import { maxLongSchemaBytes } from "../run/long-schema.ts";
import type { Update } from "../vector/update.ts";
import { createReader, createWriter, type Reader, type Writer } from "../wire/bytes.ts";
import { readFloats } from "../wire/floats.ts";
import { readHeaders, writeHeaders } from "../wire/header-code.ts";
import { maxMessageBytes } from "../wire/limits.ts";
import { readState, writeState } from "../wire/state-code.ts";
import { maxCount, readHash, readTip, readVersion, writeHash, writeTip, writeVersion } from "../wire/tip-code.ts";
import { readUpdate, writeUpdate } from "../wire/update-code.ts";

/** The first bytes: "copse", then the number of this format in one byte. */
const magic = Uint8Array.of(0x63, 0x6f, 0x70, 0x73, 0x65);
/** Raised whenever the format changes, or the name of a slot of a scheme's local state. 4: texts are UTF-8, and a long schema is one of them. */
const format = 4;
const hashBytes = 16;
const maxFloats = maxMessageBytes / 4;
const maxUndoRecords = 4_096;

/**
 *     magic · byte format · room · config · schema · session · varint seat · varint members · version · tip · headers · varint d · f32{d} · state
 *     · byte has · [state · byte open · [f32{d}] · varint n · record{n}] · hash of all before
 *     text  = varint n · byte{n}, UTF-8      record = varint round · hash previous · version · varint position + 1, or 0 · varint d · update
 *
 * Δ of the open round, the second f32{d}, has zeros in the place of statistics. The rest as in PROTOCOL.md, B3. Copies d floats and hashes them: O(d).
 */
export function encodeCheckpoint(checkpoint: Checkpoint, hasher: Hasher): Uint8Array {
  const { config, parameters, residual } = checkpoint;
  const writer = createWriter();
  writer.bytes(magic);
  writer.byte(format);
  for (const text of [checkpoint.room, configText(config), checkpoint.schema, checkpoint.session]) writeText(writer, text);
  writer.varint(checkpoint.seat);
  writer.varint(checkpoint.members);
  writeVersion(writer, checkpoint.version);
  writeTip(writer, checkpoint.tip);
  writeHeaders(writer, checkpoint, config.tree);
  writer.varint(parameters.length);
  writer.bytes(bytesOf(parameters));
  writeState(writer, checkpoint.replicated);
  writer.byte(residual === null ? 0 : 1);
  if (residual !== null) writeResidual(writer, residual, parameters.length);
  // The checksum's place, so that the model is copied only once.
  writer.bytes(new Uint8Array(hashBytes));
  const whole = writer.finish();
  const body = whole.subarray(0, whole.length - hashBytes);
  const sum = createWriter(hashBytes);
  writeHash(sum, hasher(body));
  whole.set(sum.finish(), body.length);
  return whole;
}

/** What a checkpoint must be of. */
export interface Expected {
  readonly room: string;
  /** null: whatever it has. */
  readonly config: RunConfig | null;
}

/** @throws {CheckpointError} on anything that `encodeCheckpoint` does not give for this room and configuration, and on a model that is not its tip's */
export function decodeCheckpoint(bytes: Uint8Array, { room, config }: Expected, hasher: Hasher): Checkpoint {
  let checkpoint: Checkpoint;
  try {
    checkpoint = read(bytes, hasher);
  } catch (cause) {
    if (!(cause instanceof WireError)) throw cause;
    throw new CheckpointError(`a checkpoint cannot be used: ${cause.message}`);
  }
  if (checkpoint.room !== room) throw new CheckpointError(`expected a checkpoint of room ${room}, got one of ${checkpoint.room}`);
  const differences = config === null ? [] : configDifferences(checkpoint.config, config);
  if (differences.length > 0)
    throw new CheckpointError(`expected a checkpoint of this configuration, got another: ${differences.join("; ")}`);
  const { tip, previous, headers, parameters, replicated } = checkpoint;
  const contributors = headers.at(-1)?.contributors ?? null;
  const hash = chainHash({ previous, round: tip.round, contributors }, parameters, replicated, hasher);
  if (hash !== tip.hash) throw new CheckpointError(`expected a model with hash ${tip.hash}, got one with ${hash}`);
  return checkpoint;
}

function read(bytes: Uint8Array, hasher: Hasher): Checkpoint {
  const reader = createReader(bytes.subarray(0, Math.max(0, bytes.length - hashBytes)));
  for (const expected of magic) {
    if (reader.byte() !== expected) throw new WireError(`expected a checkpoint of format ${format}, got other bytes`);
  }
  const number = reader.byte();
  if (number !== format) throw new WireError(`expected a checkpoint of format ${format}, got one of format ${number}`);
  // Before anything else is believed: a file may be torn.
  const sum = readHash(createReader(bytes.subarray(bytes.length - hashBytes)));
  const actual = hasher(bytes.subarray(0, bytes.length - hashBytes));
  if (sum !== actual) throw new WireError(`expected bytes with the checksum ${sum}, got ${actual}`);
  const room = readText(reader);
  const config = readConfig(readText(reader));
  const schema = readText(reader);
  if (schema !== "" && hasher(schema) !== config.schema) throw new WireError(`expected the schema ${config.schema}, got another`);
  const session = readText(reader);
  const seat = reader.varint(1_000_000_000, "a seat");
  const members = reader.varint(4_096, "a roster size");
  const version = readVersion(reader);
  const tip = readTip(reader);
  const chain = readHeaders(reader, config.tree, tip);
  const length = reader.varint(maxFloats, "a number of parameters");
  const parameters = readFloats(reader, length);
  const replicated = readState(reader, length);
  const residual = readHas(reader) ? readResidual(reader, length) : null;
  reader.end();
  return { room, config, schema, session, seat, members, version, tip, ...chain, parameters, replicated, residual };
}

function readConfig(text: string): RunConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new WireError("expected a configuration, got other text");
  }
  const { fields } = splitConfig(value);
  const parsed = runConfigSchema.safeParse(fields);
  if (!parsed.success)
    throw new WireError(`expected a configuration that can be used; ${issueText(parsed.error.issues[0]!, fields)}`);
  return parsed.data;
}

function writeResidual(writer: Writer, { local, open, undoLog }: KeptResidual, length: number): void {
  writeState(writer, local);
  writer.byte(open === null ? 0 : 1);
  if (open !== null) {
    writer.bytes(bytesOf(open));
    writer.bytes(new Uint8Array(4 * (length - open.length)));
  }
  writer.varint(undoLog.length);
  for (const { round, previous, version, position, delivered } of undoLog) {
    writer.varint(round);
    writeHash(writer, previous);
    writeVersion(writer, version);
    writer.varint(position === null ? 0 : position + 1);
    writer.varint(delivered.length);
    writeUpdate(writer, inFloats(delivered));
  }
}

/** What is claimed is what was believed sent: its numbers need no format of the wire. */
function inFloats(delivered: Update): Update {
  return { ...delivered, values: { format: "f32", data: delivered.values.data } };
}

function readResidual(reader: Reader, length: number): KeptResidual {
  const local = readState(reader, length);
  const open = readHas(reader) ? readFloats(reader, length) : null;
  const undoLog: UndoRecord[] = [];
  for (let left = reader.varint(maxUndoRecords, "a number of undo records"); left > 0; left -= 1) {
    const round = reader.varint(maxCount, "a round");
    const previous = readHash(reader);
    const version = readVersion(reader);
    const position = reader.varint(4_096, "a position");
    const delivered = readUpdate(reader, reader.varint(maxFloats, "a delivered update's length"));
    undoLog.push({ round, previous, version, position: position === 0 ? null : position - 1, delivered });
  }
  return { local, open, undoLog };
}

function readHas(reader: Reader): boolean {
  const has = reader.byte();
  if (has > 1) throw new WireError(`expected 0 or 1, got ${has}`);
  return has === 1;
}

function writeText(writer: Writer, text: string): void {
  const bytes = encodeUtf8(text);
  writer.varint(bytes.length);
  writer.bytes(bytes);
}

function readText(reader: Reader): string {
  const bytes = reader.bytes(reader.varint(maxLongSchemaBytes, "a text's bytes"));
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    if (!(cause instanceof URIError)) throw cause;
    throw new WireError("expected a text in UTF-8, got other bytes");
  }
}
