import { magnitudeMask, type Scan, scanLength } from "./scan.ts";

// Module constants: engines may write to them twice as fast as to arrays given as arguments.
const indices = new Uint32Array(scanLength);
const magnitudes = new Uint32Array(scanLength);

/**
 * The scan in plain JavaScript. The sign of floor − 1 − magnitude tells a hit; one branch, seldom taken, passes over four
 * entries. Where it is taken all four are written without a branch: the place moves on after a hit only.
 */
export const plainScan: Scan = {
  indices,
  magnitudes,
  run(bits, from, to, floor) {
    const below = floor - 1;
    let found = 0;
    let i = from;
    for (; i < to - 3; i += 4) {
      const a = bits[i]! & magnitudeMask;
      const b = bits[i + 1]! & magnitudeMask;
      const c = bits[i + 2]! & magnitudeMask;
      const d = bits[i + 3]! & magnitudeMask;
      if (((below - a) | (below - b) | (below - c) | (below - d)) >= 0) continue;
      indices[found] = i;
      magnitudes[found] = a;
      found += (below - a) >>> 31;
      indices[found] = i + 1;
      magnitudes[found] = b;
      found += (below - b) >>> 31;
      indices[found] = i + 2;
      magnitudes[found] = c;
      found += (below - c) >>> 31;
      indices[found] = i + 3;
      magnitudes[found] = d;
      found += (below - d) >>> 31;
    }
    for (; i < to; i += 1) {
      const magnitude = bits[i]! & magnitudeMask;
      indices[found] = i;
      magnitudes[found] = magnitude;
      found += (below - magnitude) >>> 31;
    }
    return found;
  },
};
