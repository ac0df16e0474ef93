/**
 * How a message crosses a data channel in frames of at most 16 KiB.
 *
 *     frame = message                        a whole message of 1 … 16,383 bytes, the first of them 0x04 or more
 *           | 0x00 message                   a whole message whose first byte is 0x00 … 0x03
 *           | 0x01 length bytes              the first part of a longer one; length: LEB128, shortest form
 *           | 0x02 bytes                     its next part
 *           | 0x03                           goodbye: the sender hangs up
 *
 * Every part but the last fills its frame, so a message has exactly one encoding. Whole messages may come before, between
 * and after the parts of a longer one (control messages overtake models); at most one longer message is under way at a time.
 */

/** 16 KiB pass between all browsers (RFC 8831, section 6.6); larger frames are lost between some. Header included. */
export const frameBytes = 16_384;

/** The longest message that goes as one frame, with or without a byte before it: these overtake longer ones. */
export const wholeMessageBytes = frameBytes - 1;

/** A length of 2³¹−1 takes five bytes; no typed array of bytes is expected to be longer. */
const maxFramedBytes = 2 ** 31 - 1;

const whole = 0;
const first = 1;
const next = 2;
const goodbye = 3;
/** Frames that begin with more are whole messages as they are. */
const lastKind = goodbye;

/** A remote side sent something that is no frame, or a frame out of place. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

export type Frame = Uint8Array<ArrayBuffer>;

/** The frame that says that nothing will follow. */
export function goodbyeFrame(): Frame {
  return Uint8Array.of(goodbye);
}

/**
 * Cuts one message into frames, each made when it is asked for.
 * @throws {RangeError} if the message is empty or longer than 2³¹−1 bytes
 */
export function cutFrames(message: Uint8Array): FrameCutter {
  const length = message.byteLength;
  if (length < 1 || length > maxFramedBytes) {
    throw new RangeError(`expected a message of 1 to ${maxFramedBytes} bytes, got ${length}`);
  }
  let offset = 0;
  return {
    get done() {
      return offset === length;
    },
    next() {
      const header = headerOf(message, offset);
      const size = Math.min(length - offset, frameBytes - header.length);
      const frame = new Uint8Array(header.length + size);
      frame.set(header);
      frame.set(message.subarray(offset, offset + size), header.length);
      offset += size;
      return frame;
    },
  };
}

export interface FrameCutter {
  /** Whether every byte of the message is in a frame that `next` returned. */
  readonly done: boolean;
  next(): Frame;
}

/** What stands before the message's bytes from an offset on. */
function headerOf(message: Uint8Array, offset: number): readonly number[] {
  if (message.byteLength <= wholeMessageBytes) return message[0]! > lastKind ? [] : [whole];
  return offset === 0 ? [first, ...lengthBytes(message.byteLength)] : [next];
}

/** What a frame completed. `message` owns its whole buffer. */
type FrameEvent = { readonly kind: "message"; readonly message: Frame } | { readonly kind: "goodbye" } | undefined;

/** Puts the messages of one channel together again. */
export interface FrameReader {
  /** @throws {FrameError} for whatever `cutFrames` would not have made; the reader is of no use afterwards */
  read(frame: Uint8Array): FrameEvent;
}

/**
 * A reader that holds at most the bytes that came of one message, and as many again for an instant when it is complete.
 * Nothing is allocated on the word of a declared length alone.
 */
export function createFrameReader(maxMessageBytes: number): FrameReader {
  let parts: Uint8Array[] = [];
  let declared = 0;
  let missing = 0;

  function take(bytes: Uint8Array): FrameEvent {
    parts.push(bytes);
    missing -= bytes.byteLength;
    if (missing > 0) return undefined;
    const message = joined(parts, declared);
    parts = [];
    return { kind: "message", message };
  }

  return {
    read(frame) {
      if (frame.byteLength < 1 || frame.byteLength > frameBytes) {
        throw new FrameError(`expected a frame of 1 to ${frameBytes} bytes, got ${frame.byteLength}`);
      }
      switch (frame[0]) {
        case whole:
          if (frame.byteLength > 1 && frame[1]! > lastKind)
            throw new FrameError(
              `expected a message that begins with ${frame[1]} as it is, got one behind a 0, as releases before wrote it`,
            );
          return { kind: "message", message: copied(frame.subarray(1), maxMessageBytes) };
        case first: {
          if (missing > 0) throw new FrameError(`expected ${missing} more bytes of the last message, got the start of another`);
          const { length, end } = readLength(frame);
          if (length <= wholeMessageBytes || length > maxMessageBytes) {
            throw new FrameError(`expected a long message of ${frameBytes} to ${maxMessageBytes} bytes, got one of ${length}`);
          }
          expectFull(frame, length + end);
          declared = length;
          missing = length;
          return take(frame.subarray(end));
        }
        case next:
          if (missing === 0) throw new FrameError("expected the start of a message, got a further part");
          expectFull(frame, missing + 1);
          return take(frame.subarray(1));
        case goodbye:
          if (frame.byteLength !== 1) throw new FrameError(`expected a goodbye of 1 byte, got ${frame.byteLength}`);
          return { kind: "goodbye" };
        default:
          if (frame.byteLength > wholeMessageBytes)
            throw new FrameError(
              `expected a whole message of at most ${wholeMessageBytes} bytes, got one of ${frame.byteLength}`,
            );
          return { kind: "message", message: copied(frame, maxMessageBytes) };
      }
    },
  };
}

function expectFull(frame: Uint8Array, left: number): void {
  const expected = Math.min(frameBytes, left);
  if (frame.byteLength !== expected) throw new FrameError(`expected a frame of ${expected} bytes, got ${frame.byteLength}`);
}

function copied(bytes: Uint8Array, maxMessageBytes: number): Frame {
  const length = bytes.byteLength;
  if (length < 1 || length > maxMessageBytes) {
    throw new FrameError(`expected a message of 1 to ${maxMessageBytes} bytes, got ${length}`);
  }
  return new Uint8Array(bytes);
}

function joined(parts: readonly Uint8Array[], length: number): Frame {
  const message = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    message.set(part, offset);
    offset += part.byteLength;
  }
  return message;
}

/** LEB128: seven bits a byte, lowest first, the high bit says that more follow. */
function lengthBytes(length: number): number[] {
  const bytes: number[] = [];
  let rest = length;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
  return bytes;
}

function readLength(frame: Uint8Array): { length: number; end: number } {
  let length = 0;
  let unit = 1;
  for (let at = 1; at <= 5 && at < frame.byteLength; at += 1) {
    const byte = frame[at]!;
    length += (byte & 127) * unit;
    unit *= 128;
    if (byte > 127) continue;
    if (byte === 0) break;
    return { length, end: at + 1 };
  }
  throw new FrameError("expected a length of 1 to 5 bytes in its shortest form");
}
