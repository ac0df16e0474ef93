import type { Update } from "./update.ts";

/** A vector of floats that stays on the device on which it was computed; parts of it are read back on demand. */
export interface DeviceVector {
  readonly length: number;
  /** weight · x in float32, in the place of x. @throws {RangeError} (as a rejection) if a number of it is not finite */
  scaled(weight: number): Promise<DeviceVector>;
  /** The k entries of largest |xᵢ|, ascending, ties to the lower index: what `selectLargest` finds. Reads O(k) bytes back. */
  largest(k: number): Promise<Update>;
}

/** A round's update: d floats, or a vector that only a scheme made for its device can encode. */
export type Delta = Float32Array | DeviceVector;
