// AssemblyScript: compiled to WebAssembly by `npm run build:wasm`, which writes scan-module.ts.

/** Entries of one scan, as in ../scan.ts. */
const scanLength: i32 = 32_768;
/** Memory is laid out when this is compiled and never grows. The found have room for one store of four lanes more. */
const input = memory.data(4 * scanLength, 16);
const indices = memory.data(4 * scanLength + 16, 16);
const magnitudes = memory.data(4 * scanLength + 16, 16);

/** For each of the 16 sets of four lanes: which bytes to take, so that the lanes of the set come first. */
const packing = memory.data<u8>(
  [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 5, 6, 7, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 0, 0, 0, 0, 0, 8, 9, 10, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2,
    3, 8, 9, 10, 11, 0, 0, 0, 0, 0, 0, 0, 0, 4, 5, 6, 7, 8, 9, 10, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    11, 0, 0, 0, 0, 12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0, 4, 5,
    6, 7, 12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15, 0, 0, 0, 0, 8, 9, 10, 11, 12, 13, 14,
    15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 0, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0,
    0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  ],
  16,
);

export function inputAt(): usize {
  return input;
}

export function indicesAt(): usize {
  return indices;
}

export function magnitudesAt(): usize {
  return magnitudes;
}

/** Appends the lanes of a hit, `at` bytes into both arrays; returns where the next go. All four are written, only hits count. */
function append(magnitude: v128, index: v128, hits: v128, at: usize): usize {
  const set = i32x4.bitmask(hits);
  const order = v128.load(packing + ((<usize>set) << 4));
  v128.store(indices + at, i8x16.swizzle(index, order));
  v128.store(magnitudes + at, i8x16.swizzle(magnitude, order));
  return at + ((<usize>popcnt(set)) << 2);
}

/** Finds the entries with |x| bits ≥ floor among the first `length` of `input`, the first of which has index `first`. */
export function scan(length: i32, floor: i32, first: i32): i32 {
  const mask = i32x4.splat(0x7fffffff);
  const least = i32x4.splat(floor);
  const end = input + ((<usize>length) << 2);
  let index = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  let at: usize = 0;
  let place: usize = input;
  for (; place + 64 <= end; place += 64) {
    const a = v128.and(v128.load(place), mask);
    const b = v128.and(v128.load(place, 16), mask);
    const c = v128.and(v128.load(place, 32), mask);
    const d = v128.and(v128.load(place, 48), mask);
    const inA = i32x4.ge_s(a, least);
    const inB = i32x4.ge_s(b, least);
    const inC = i32x4.ge_s(c, least);
    const inD = i32x4.ge_s(d, least);
    if (v128.any_true(v128.or(v128.or(inA, inB), v128.or(inC, inD)))) {
      at = append(a, index, inA, at);
      at = append(b, i32x4.add(index, i32x4.splat(4)), inB, at);
      at = append(c, i32x4.add(index, i32x4.splat(8)), inC, at);
      at = append(d, i32x4.add(index, i32x4.splat(12)), inD, at);
    }
    index = i32x4.add(index, i32x4.splat(16));
  }
  for (; place < end; place += 4) {
    const magnitude = load<i32>(place) & 0x7fffffff;
    if (magnitude >= floor) {
      store<i32>(indices + at, first + <i32>((place - input) >> 2));
      store<i32>(magnitudes + at, magnitude);
      at += 4;
    }
  }
  return <i32>(at >> 2);
}
