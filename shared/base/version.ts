/** A roster's version: when the server started (ms since 1970), and a counter. Compared in that order. */
export type Version = readonly [epoch: number, counter: number];

/** Before any roster. */
export const noVersion: Version = [0, 0];

/** Negative, zero or positive as a is older than, the same as, or newer than b. */
export function compareVersions(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1];
}
