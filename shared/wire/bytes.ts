/** Bytes from a peer that are not what PROTOCOL.md says: the peer's fault, never ours. */
export class WireError extends Error {
  override readonly name = "WireError";
}

/** Appends to a buffer that grows. Little-endian. */
export interface Writer {
  byte(value: number): void;
  /** LEB128; integers from 0 to 2⁵³−1. */
  varint(value: number): void;
  float64(value: number): void;
  bytes(value: Uint8Array): void;
  /** The bytes written so far, in a buffer of their own. */
  finish(): Uint8Array;
}

export function createWriter(capacity = 256): Writer {
  let buffer = new Uint8Array(capacity);
  let view = new DataView(buffer.buffer);
  let at = 0;
  const reserve = (count: number): void => {
    if (at + count <= buffer.length) return;
    const grown = new Uint8Array(Math.max(at + count, 2 * buffer.length));
    grown.set(buffer);
    buffer = grown;
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
    float64(value) {
      reserve(8);
      view.setFloat64(at, value, true);
      at += 8;
    },
    bytes(value) {
      reserve(value.length);
      buffer.set(value, at);
      at += value.length;
    },
    finish: () => buffer.slice(0, at),
  };
}

/** Reads what a Writer wrote; never past the end, never more than was checked to be there. */
export interface Reader {
  byte(): number;
  /** @throws {WireError} if the integer is above `most` */
  varint(most: number, what: string): number;
  float64(what: string): number;
  /** A view, not a copy. */
  bytes(count: number): Uint8Array;
  readonly left: number;
  /** @throws {WireError} if bytes are left over */
  end(): void;
}

/** Each read throws a WireError where the bytes end too early or a number is not finite. */
export function createReader(buffer: Uint8Array): Reader {
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  let at = 0;
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
    float64: (what) => finite(view.getFloat64(advance(8), true), what),
    bytes(count) {
      const start = advance(count);
      return buffer.subarray(start, start + count);
    },
    get left() {
      return buffer.length - at;
    },
    end() {
      if (at < buffer.length) throw new WireError(`expected the end, got ${buffer.length - at} more bytes`);
    },
  };
}
