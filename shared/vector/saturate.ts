/** The largest finite float32, (2 − 2⁻²³)·2¹²⁷. */
export const maxFloat32 = Math.fround(3.4028234663852886e38);

/** The value, or ±3.4e38 where float32 would overflow: finite input stays finite. */
export function saturate(value: number): number {
  return Math.max(-maxFloat32, Math.min(maxFloat32, value));
}
