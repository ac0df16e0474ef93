/** Most entries of one scan: the 384 KiB that it reads and writes stay in the second-level cache. */
export const scanLength = 32_768;

/** Clears the sign of a float32's bits: what is left is |x| as an integer that grows with |x| (IEEE 754). */
export const magnitudeMask = 0x7fffffff;

/** Looks for the entries whose magnitude is at least a floor. All scans find the same. */
export interface Scan {
  /** The indices of the entries found last, ascending. `scanLength` long. */
  readonly indices: Uint32Array;
  /** Their magnitudes. */
  readonly magnitudes: Uint32Array;
  /** Scans the entries from … to − 1 of x, given its bits; returns how many it found. */
  run(bits: Uint32Array, from: number, to: number, floor: number): number;
}
