import type { Hash } from "../base/hash.ts";
import { peerProtocol } from "../base/peer-protocol.ts";
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import { WireError } from "../base/wire-error.ts";
import { createReader, createWriter } from "./bytes.ts";
import { readHash, writeHash } from "./tip-code.ts";

/** Asks for the schema with a digest, or gives it. Goes between peers of which one does not know its model yet, so outside the rounds. */
export interface SchemaMessage {
  readonly digest: Hash;
  /** null: it is asked for. */
  readonly text: string | null;
}

/** 16 · protocol + kind. */
const first = 16 * peerProtocol + 1;

export function encodeSchemaMessage({ digest, text }: SchemaMessage): Uint8Array {
  const writer = createWriter();
  writer.byte(first);
  writeHash(writer, digest);
  if (text !== null) writer.bytes(encodeUtf8(text));
  return writer.finish();
}

/** null: it is another message. @throws {WireError} on one that `encodeSchemaMessage` does not write, or whose text is longer than `maxBytes` */
export function decodeSchemaMessage(bytes: Uint8Array, maxBytes: number): SchemaMessage | null {
  const reader = createReader(bytes);
  if (reader.byte() !== first) return null;
  const digest = readHash(reader);
  const { left } = reader;
  if (left > maxBytes) throw new WireError(`expected a schema of at most ${maxBytes} bytes, got ${left}`);
  if (left === 0) return { digest, text: null };
  try {
    return { digest, text: decodeUtf8(reader.rest()) };
  } catch (cause) {
    if (!(cause instanceof URIError)) throw cause;
    throw new WireError("expected a schema in UTF-8, got other bytes");
  }
}
