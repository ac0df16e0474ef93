/** Bits on their way out, highest first. `position` counts bits; `bytes` must reach 4 bytes beyond it. */
export interface BitSink {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  position: number;
}

/** Bits on their way in. `bytes` must reach 5 bytes beyond `position`. */
export interface BitSource {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  position: number;
}

export function bitsOver(bytes: Uint8Array): BitSink & BitSource {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), position: 0 };
}

/**
 * Appends the lowest `count` ≤ 25 bits of `value`, whose other bits are 0. What lay beyond the position is overwritten, so a
 * buffer can be used again as it is.
 */
export function putBits(sink: BitSink, value: number, count: number): void {
  const at = sink.position >>> 3;
  const inByte = sink.position & 7;
  // Only the byte with bits of ours is read back: a wider load would wait for the last store.
  const before = (sink.bytes[at]! & (0xff00 >>> inByte)) << 24;
  sink.view.setInt32(at, before | (value << (32 - count - inByte)));
  sink.position += count;
}

/** The same for `count` ≤ 32. */
export function putWideBits(sink: BitSink, value: number, count: number): void {
  if (count > 16) putBits(sink, value >>> 16, count - 16);
  putBits(sink, count >= 16 ? value & 0xffff : value, Math.min(count, 16));
}

/** The 32 bits from `position` on, as an int32: the next bit is its sign. Moves nothing. */
export function windowAt(source: BitSource, position: number): number {
  const at = position >>> 3;
  const inByte = position & 7;
  return (source.view.getInt32(at) << inByte) | (source.bytes[at + 4]! >>> (8 - inByte));
}

/** Takes `count` ≤ 32 bits, as a uint32. */
export function takeBits(source: BitSource, count: number): number {
  if (count === 0) return 0;
  const value = windowAt(source, source.position) >>> (32 - count);
  source.position += count;
  return value;
}
