import type { Values } from "../update.ts";

/**
 * How float32 values travel. Each format is a pure function of the values, the same on every engine: it rounds to the nearest,
 * ties to even. Finite values stay finite, and what was unpacked once is unchanged by packing it again.
 */
export interface ValueFormat {
  readonly name: Values["format"];
  /** The byte that names it in a message. */
  readonly id: number;
  /** Bytes of `count` values. */
  size(count: number): number;
  pack(values: Float32Array): Uint8Array;
  /**
   * @param bytes of exactly the size of `count` values
   * @throws {WireError} on bytes that `pack` does not give for finite values
   */
  unpack(bytes: Uint8Array, count: number): Float32Array;
}
