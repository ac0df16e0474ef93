import { WireError } from "../base/wire-error.ts";

/** Appends to chunks, which `finish` puts together: each byte is copied once, or twice if it came in small portions. Little-endian. */
export interface Writer {
  byte(value: number): void;
  /** LEB128; integers from 0 to 2⁵³−1. */
  varint(value: number): void;
  /** Rounds to the nearest float32. */
  float32(value: number): void;
  float64(value: number): void;
  /** Must not change before `finish`: what is long is not copied until then. */
  bytes(value: Uint8Array): void;
  /** Zeros, up to a multiple of four bytes from the start. */
  align(): void;
  /** How many bytes were written so far. */
  readonly length: number;
  /** The bytes written so far, in a buffer of their own. */
  finish(): Uint8Array;
}

/** The longest portion that is copied at once; a chunk of small portions. */
const smallBytes = 4096;

export function createWriter(capacity = 256): Writer {
  const chunks: Uint8Array[] = [];
  let chunked = 0;
  let buffer = new Uint8Array(capacity);
  let view = new DataView(buffer.buffer);
  let at = 0;
  const close = (): void => {
    if (at > 0) chunks.push(buffer.subarray(0, at));
    chunked += at;
    buffer = buffer.subarray(at);
    view = new DataView(buffer.buffer, buffer.byteOffset);
    at = 0;
  };
  const reserve = (count: number): void => {
    if (at + count <= buffer.length) return;
    close();
    buffer = new Uint8Array(2 * smallBytes);
    view = new DataView(buffer.buffer);
  };
  return {
    byte(value) {
      reserve(1);
      buffer[at] = value;
      at += 1;
    },
    varint(value) {
      reserve(8);
      let left = value;
      for (; left > 0x7f; left = Math.floor(left / 128)) {
        buffer[at] = (left % 128) | 0x80;
        at += 1;
      }
      buffer[at] = left;
      at += 1;
    },
    float32(value) {
      reserve(4);
      view.setFloat32(at, value, true);
      at += 4;
    },
    float64(value) {
      reserve(8);
      view.setFloat64(at, value, true);
      at += 8;
    },
    bytes(value) {
      if (value.length > smallBytes) {
        close();
        chunks.push(value);
        chunked += value.length;
        return;
      }
      reserve(value.length);
      buffer.set(value, at);
      at += value.length;
    },
    align() {
      reserve(3);
      for (; (chunked + at) % 4 > 0; at += 1) buffer[at] = 0;
    },
    get length() {
      return chunked + at;
    },
    finish() {
      close();
      const whole = new Uint8Array(chunked);
      let start = 0;
      for (const chunk of chunks) {
        whole.set(chunk, start);
        start += chunk.length;
      }
      return whole;
    },
  };
}

/** Reads what a Writer wrote; never past the end, never more than was checked to be there. */
export interface Reader {
  byte(): number;
  /** @throws {WireError} if the integer is above `most` */
  varint(most: number, what: string): number;
  float32(what: string): number;
  float64(what: string): number;
  /** A view, not a copy. */
  bytes(count: number): Uint8Array;
  /** A view of all that is left, which stays to be read. */
  rest(): Uint8Array;
  /** Passes the zeros up to a multiple of four bytes from the start. @throws {WireError} if they are none */
  align(): void;
  /** How many of the bytes that were read are zeros for alignment. */
  readonly padding: number;
  readonly left: number;
  /** How many bytes were read. */
  readonly position: number;
  /** @throws {WireError} if bytes are left over */
  end(): void;
}

/** Each read throws a WireError where the bytes end too early or a number is not finite. */
export function createReader(source: Uint8Array): Reader {
  // A Buffer's parts are Buffers, of which `slice` makes no copy.
  const buffer = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  let at = 0;
  let padding = 0;
  const advance = (count: number): number => {
    if (count > buffer.length - at) throw new WireError(`expected ${count} more bytes, got ${buffer.length - at}`);
    at += count;
    return at - count;
  };
  const finite = (value: number, what: string): number => {
    if (!Number.isFinite(value)) throw new WireError(`expected a finite ${what}, got ${value}`);
    return value;
  };
  return {
    byte: () => buffer[advance(1)]!,
    varint(most, what) {
      let value = 0;
      for (let scale = 1; ; scale *= 128) {
        const byte = buffer[advance(1)]!;
        value += (byte & 0x7f) * scale;
        if (value > most) throw new WireError(`expected ${what} of at most ${most}, got ${value}`);
        if (byte < 0x80) {
          if (byte === 0 && scale > 1) throw new WireError(`expected ${what} in its shortest form, got a padded one`);
          return value;
        }
        if (scale > 2 ** 49) throw new WireError(`expected ${what} in at most 8 bytes, got more`);
      }
    },
    float32: (what) => finite(view.getFloat32(advance(4), true), what),
    float64: (what) => finite(view.getFloat64(advance(8), true), what),
    bytes(count) {
      const start = advance(count);
      return buffer.subarray(start, start + count);
    },
    rest: () => buffer.subarray(at),
    align() {
      for (let left = (4 - (at % 4)) % 4; left > 0; left -= 1) {
        const byte = buffer[advance(1)]!;
        if (byte !== 0) throw new WireError(`expected padding of zeros, got ${byte}`);
        padding += 1;
      }
    },
    get padding() {
      return padding;
    },
    get left() {
      return buffer.length - at;
    },
    get position() {
      return at;
    },
    end() {
      if (at < buffer.length) throw new WireError(`expected the end, got ${buffer.length - at} more bytes`);
    },
  };
}
