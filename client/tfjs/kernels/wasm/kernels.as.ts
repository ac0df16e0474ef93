// AssemblyScript: compiled to WebAssembly by `npm run build:wasm`, which writes kernels-module.ts. Works in the memory of tfjs's own
// module, on addresses that it is given; floats are 4 bytes.

/** Rows and columns of the tile of C that lives in registers: 8 vectors of four floats. */
const tileRows: i32 = 4;
const tileColumns: i32 = 8;
/** k of one block: a strip of A (4 KiB) and one of B (8 KiB) lie in the first cache. */
const blockDepth: i32 = 256;
/** Columns of one block of B: 256 KiB, in the second cache. */
const blockColumns: i32 = 256;

/** Bytes that `scratch` must have: a block of B, a strip of A, a tile of C. */
export function scratchBytes(): i32 {
  return 4 * (blockDepth * (blockColumns + tileRows) + tileRows * tileColumns);
}

/** C tile [4, 8] += A strip · B strip, both packed; C's rows are `stride` bytes apart. */
function tile(a: usize, b: usize, depth: i32, c: usize, stride: usize): void {
  let c00 = v128.load(c);
  let c01 = v128.load(c, 16);
  let c10 = v128.load(c + stride);
  let c11 = v128.load(c + stride, 16);
  let c20 = v128.load(c + 2 * stride);
  let c21 = v128.load(c + 2 * stride, 16);
  let c30 = v128.load(c + 3 * stride);
  let c31 = v128.load(c + 3 * stride, 16);
  const end = a + ((<usize>depth) << 4);
  for (; a < end; a += 16, b += 32) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(a0, b0));
    c01 = f32x4.add(c01, f32x4.mul(a0, b1));
    const a1 = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(a1, b0));
    c11 = f32x4.add(c11, f32x4.mul(a1, b1));
    const a2 = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(a2, b0));
    c21 = f32x4.add(c21, f32x4.mul(a2, b1));
    const a3 = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(a3, b0));
    c31 = f32x4.add(c31, f32x4.mul(a3, b1));
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c + stride, c10);
  v128.store(c + stride, c11, 16);
  v128.store(c + 2 * stride, c20);
  v128.store(c + 2 * stride, c21, 16);
  v128.store(c + 3 * stride, c30);
  v128.store(c + 3 * stride, c31, 16);
}

/** Adds strip · strip to the `rows` × `columns` corner of a tile at C; a whole tile directly, a part of one by way of `spare`. */
function addTile(a: usize, b: usize, depth: i32, c: usize, stride: usize, rows: i32, columns: i32, spare: usize): void {
  if (rows === tileRows && columns === tileColumns) {
    tile(a, b, depth, c, stride);
    return;
  }
  memory.fill(spare, 0, 4 * tileRows * tileColumns);
  tile(a, b, depth, spare, 4 * tileColumns);
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1) {
      const at = c + <usize>i * stride + ((<usize>j) << 2);
      store<f32>(at, load<f32>(at) + load<f32>(spare + ((<usize>(i * tileColumns + j)) << 2)));
    }
  }
}

/** Packs a strip of `width` (4 or 8) by `depth`: the lanes of each step side by side, absent ones 0. Strides in bytes. */
function packStrip(to: usize, from: usize, lanes: i32, depth: i32, laneStride: usize, stepStride: usize, width: i32): void {
  const bytes = (<usize>width) << 2;
  if (lanes === width && laneStride === 4) {
    for (let p = 0; p < depth; p += 1, to += bytes, from += stepStride) {
      v128.store(to, v128.load(from));
      if (width === 8) v128.store(to, v128.load(from, 16), 16);
    }
    return;
  }
  if (lanes === width && stepStride === 4) {
    // Four steps of four lanes at a time are a matrix to transpose.
    let p = 0;
    for (; p + 4 <= depth; p += 4) {
      for (let lane = 0; lane < width; lane += 4) {
        const at = from + ((<usize>p) << 2) + <usize>lane * laneStride;
        const r0 = v128.load(at);
        const r1 = v128.load(at + laneStride);
        const r2 = v128.load(at + 2 * laneStride);
        const r3 = v128.load(at + 3 * laneStride);
        const l01 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5);
        const h01 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7);
        const l23 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
        const h23 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
        const target = to + <usize>p * bytes + ((<usize>lane) << 2);
        v128.store(target, v128.shuffle<i64>(l01, l23, 0, 2));
        v128.store(target + bytes, v128.shuffle<i64>(l01, l23, 1, 3));
        v128.store(target + 2 * bytes, v128.shuffle<i64>(h01, h23, 0, 2));
        v128.store(target + 3 * bytes, v128.shuffle<i64>(h01, h23, 1, 3));
      }
    }
    for (; p < depth; p += 1)
      for (let lane = 0; lane < width; lane += 1)
        store<f32>(to + <usize>p * bytes + ((<usize>lane) << 2), load<f32>(from + ((<usize>p) << 2) + <usize>lane * laneStride));
    return;
  }
  for (let p = 0; p < depth; p += 1, to += bytes, from += stepStride) {
    for (let lane = 0; lane < width; lane += 1)
      store<f32>(to + ((<usize>lane) << 2), lane < lanes ? load<f32>(from + <usize>lane * laneStride) : 0);
  }
}

function packColumns(to: usize, b: usize, columns: i32, depth: i32, rowStride: usize, columnStride: usize): void {
  for (let j = 0; j < columns; j += tileColumns) {
    packStrip(to, b + <usize>j * columnStride, min(tileColumns, columns - j), depth, columnStride, rowStride, tileColumns);
    to += (<usize>(depth * tileColumns)) << 2;
  }
}

/** C [m, n] += A strip [rows, depth] · B block, columns from `c` on. */
function addStrip(strip: usize, block: usize, depth: i32, c: usize, rows: i32, columns: i32, stride: usize, spare: usize): void {
  for (let j = 0; j < columns; j += tileColumns) {
    const b = block + ((<usize>(j * depth)) << 2);
    addTile(strip, b, depth, c + ((<usize>j) << 2), stride, rows, min(tileColumns, columns - j), spare);
  }
}

/**
 * C [m, n] = A [m, k] · B [k, n], for each of `batch` matrices. Element (i, p) of A lies i · aRow + p · aColumn bytes from A; B
 * likewise; C's rows lie one after the other. Batches lie aBatch, bBatch, cBatch bytes apart; 0: the same for all. O(mnk).
 */
export function gemm(
  batch: i32,
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  aBatch: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bBatch: usize,
  bRow: usize,
  bColumn: usize,
  c: usize,
  cBatch: usize,
  scratch: usize,
): void {
  const strip = scratch + ((<usize>(blockDepth * blockColumns)) << 2);
  const spare = strip + ((<usize>(blockDepth * tileRows)) << 2);
  const stride = (<usize>n) << 2;
  for (let one = 0; one < batch; one += 1, a += aBatch, b += bBatch, c += cBatch) {
    memory.fill(c, 0, <usize>m * stride);
    for (let j = 0; j < n; j += blockColumns) {
      const columns = min(blockColumns, n - j);
      for (let p = 0; p < k; p += blockDepth) {
        const depth = min(blockDepth, k - p);
        packColumns(scratch, b + <usize>p * bRow + <usize>j * bColumn, columns, depth, bRow, bColumn);
        for (let i = 0; i < m; i += tileRows) {
          const rows = min(tileRows, m - i);
          packStrip(strip, a + <usize>i * aRow + <usize>p * aColumn, rows, depth, aRow, aColumn, tileRows);
          addStrip(strip, scratch, depth, c + <usize>i * stride + ((<usize>j) << 2), rows, columns, stride, spare);
        }
      }
    }
  }
}

/** A convolution's sizes: x [images, height, width, inputs], y and dz [images, rows, columns, outputs], filters [taps…, inputs, outputs]. */
let images: i32 = 0;
let height: i32 = 0;
let width: i32 = 0;
let inputs: i32 = 0;
let rows: i32 = 0;
let columns: i32 = 0;
let outputs: i32 = 0;
let tapsDown: i32 = 0;
let tapsRight: i32 = 0;
let strideDown: i32 = 1;
let strideRight: i32 = 1;
let padTop: i32 = 0;
let padLeft: i32 = 0;
let dilationDown: i32 = 1;
let dilationRight: i32 = 1;

/** The input side of the convolution that the next call is about. */
export function setInput(theImages: i32, theHeight: i32, theWidth: i32, theInputs: i32): void {
  images = theImages;
  height = theHeight;
  width = theWidth;
  inputs = theInputs;
}

/** Its output side. */
export function setOutput(theRows: i32, theColumns: i32, theOutputs: i32): void {
  rows = theRows;
  columns = theColumns;
  outputs = theOutputs;
}

/** Its filters, and how they are laid over the input. */
export function setFilter(
  down: i32,
  right: i32,
  theStrideDown: i32,
  theStrideRight: i32,
  top: i32,
  left: i32,
  theDilationDown: i32,
  theDilationRight: i32,
): void {
  tapsDown = down;
  tapsRight = right;
  strideDown = theStrideDown;
  strideRight = theStrideRight;
  padTop = top;
  padLeft = left;
  dilationDown = theDilationDown;
  dilationRight = theDilationRight;
}

/** First output column whose tap lies in the input; `shift`: the input column that the tap of output column 0 sees. */
function firstColumn(shift: i32): i32 {
  return shift >= 0 ? 0 : (-shift + strideRight - 1) / strideRight;
}

/** The output column after the last whose tap lies in the input. */
function endColumn(shift: i32): i32 {
  return shift >= width ? 0 : min(columns, (width - 1 - shift) / strideRight + 1);
}

function packZeros(to: usize, count: i32, lanes: i32): void {
  for (let q = 0; q < count; q += 1, to += 16) {
    if (lanes === 4) v128.store(to, f32x4.splat(0));
    else store<f32>(to, 0);
  }
}

function packSeen(to: usize, at: usize, count: i32, step: usize, lanes: i32): void {
  if (lanes === 4) for (let q = 0; q < count; q += 1, to += 16, at += step) v128.store(to, v128.load(at));
  else for (let q = 0; q < count; q += 1, to += 16, at += step) store<f32>(to, load<f32>(at));
}

/**
 * Packs what one tap sees of `lanes` channels (1 or 4) at the places from `first` on, 0 outside of the input: one store of so
 * many floats every 16 bytes.
 */
function packTap(to: usize, x: usize, tap: i32, channel: i32, first: i32, depth: i32, lanes: i32): void {
  const down = tap / tapsRight;
  const right = tap - down * tapsRight;
  const shift = right * dilationRight - padLeft;
  const from = firstColumn(shift);
  const end = endColumn(shift);
  const step = (<usize>(strideRight * inputs)) << 2;
  let row = first / columns;
  let column = first - row * columns;
  for (let left = depth; left > 0; row += 1) {
    const count = min(left, columns - column);
    const image = row / rows;
    const y = (row - image * rows) * strideDown - padTop + down * dilationDown;
    const isInside = y >= 0 && y < height;
    const inFrom = isInside ? min(max(from - column, 0), count) : count;
    const inEnd = isInside ? max(inFrom, min(end - column, count)) : count;
    const at = x + ((<usize>(((image * height + y) * width + (column + inFrom) * strideRight + shift) * inputs + channel)) << 2);
    packZeros(to, inFrom, lanes);
    packSeen(to + ((<usize>inFrom) << 4), at, inEnd - inFrom, step, lanes);
    packZeros(to + ((<usize>inEnd) << 4), count - inEnd, lanes);
    to += (<usize>count) << 4;
    left -= count;
    column = 0;
  }
}

/**
 * dW [taps, inputs, outputs] = patchesᵀ · dz: what each tap saw of x is put side by side while it is packed, and never lies in
 * memory as a whole. O(places · taps · inputs · outputs).
 */
export function filterGradient(x: usize, dz: usize, filters: usize, scratch: usize): void {
  const strip = scratch + ((<usize>(blockDepth * blockColumns)) << 2);
  const spare = strip + ((<usize>(blockDepth * tileRows)) << 2);
  const stride = (<usize>outputs) << 2;
  const length = tapsDown * tapsRight * inputs;
  const places = images * rows * columns;
  memory.fill(filters, 0, <usize>length * stride);
  for (let j = 0; j < outputs; j += blockColumns) {
    const count = min(blockColumns, outputs - j);
    for (let p = 0; p < places; p += blockDepth) {
      const depth = min(blockDepth, places - p);
      packColumns(scratch, dz + <usize>p * stride + ((<usize>j) << 2), count, depth, stride, 4);
      for (let i = 0; i < length; i += tileRows) {
        const seen = min(tileRows, length - i);
        const tap = i / inputs;
        const channel = i - tap * inputs;
        if (channel + tileRows <= inputs) packTap(strip, x, tap, channel, p, depth, 4);
        else {
          if (seen < tileRows) memory.fill(strip, 0, (<usize>(depth * tileRows)) << 2);
          for (let lane = 0; lane < seen; lane += 1) {
            const its = (i + lane) / inputs;
            packTap(strip + ((<usize>lane) << 2), x, its, i + lane - its * inputs, p, depth, 1);
          }
        }
        addStrip(strip, scratch, depth, filters + <usize>i * stride + ((<usize>j) << 2), seen, count, stride, spare);
      }
    }
  }
}

/**
 * dx [images, height, width, inputs]: for each tap the product dz · W[tap]ᵀ, added where the tap looked. Any stride, padding and
 * dilation. O(places · taps · inputs · outputs).
 */
export function inputGradient(dz: usize, filters: usize, dx: usize, scratch: usize): void {
  const strip = scratch + ((<usize>(blockDepth * blockColumns)) << 2);
  const spare = strip + ((<usize>(blockDepth * tileRows)) << 2);
  const channelBytes = (<usize>inputs) << 2;
  const outputBytes = (<usize>outputs) << 2;
  memory.fill(dx, 0, <usize>(images * height * width) * channelBytes);
  for (let tap = 0; tap < tapsDown * tapsRight; tap += 1) {
    const down = tap / tapsRight;
    const shift = (tap - down * tapsRight) * dilationRight - padLeft;
    const from = firstColumn(shift);
    const end = endColumn(shift);
    if (from >= end) continue;
    const weights = filters + <usize>(tap * inputs) * outputBytes;
    for (let j = 0; j < inputs; j += blockColumns) {
      const count = min(blockColumns, inputs - j);
      for (let p = 0; p < outputs; p += blockDepth) {
        const depth = min(blockDepth, outputs - p);
        packColumns(scratch, weights + <usize>j * outputBytes + ((<usize>p) << 2), count, depth, 4, outputBytes);
        for (let row = 0; row < images * rows; row += 1) {
          const image = row / rows;
          const y = (row - image * rows) * strideDown - padTop + down * dilationDown;
          if (y < 0 || y >= height) continue;
          const line = dx + <usize>((image * height + y) * width) * channelBytes + ((<usize>j) << 2);
          const sent = dz + <usize>(row * columns) * outputBytes + ((<usize>p) << 2);
          for (let q = from; q < end; q += tileRows) {
            const seen = min(tileRows, end - q);
            packStrip(strip, sent + <usize>q * outputBytes, seen, depth, outputBytes, 4, tileRows);
            const target = line + <usize>(q * strideRight + shift) * channelBytes;
            addStrip(strip, scratch, depth, target, seen, count, <usize>strideRight * channelBytes, spare);
          }
        }
      }
    }
  }
}

/** dW [taps, inputs, multiplier] of a depthwise convolution, outputs = inputs · multiplier. O(places · taps · outputs). */
export function depthwiseFilterGradient(x: usize, dz: usize, filters: usize): void {
  memory.fill(filters, 0, (<usize>(tapsDown * tapsRight * outputs)) << 2);
  depthwise(x, dz, filters, true);
}

/** dx of a depthwise convolution. O(places · taps · outputs). */
export function depthwiseInputGradient(dz: usize, filters: usize, dx: usize): void {
  memory.fill(dx, 0, (<usize>(images * height * width * inputs)) << 2);
  depthwise(dx, dz, filters, false);
}

/** Goes through all pairs of a tap and a place: W += x · dz, or x += W · dz. */
function depthwise(x: usize, dz: usize, filters: usize, isFilter: boolean): void {
  const outputBytes = (<usize>outputs) << 2;
  for (let tap = 0; tap < tapsDown * tapsRight; tap += 1) {
    const down = tap / tapsRight;
    const shift = (tap - down * tapsRight) * dilationRight - padLeft;
    const from = firstColumn(shift);
    const count = endColumn(shift) - from;
    const weights = filters + <usize>tap * outputBytes;
    for (let row = 0; row < images * rows; row += 1) {
      const image = row / rows;
      const y = (row - image * rows) * strideDown - padTop + down * dilationDown;
      if (y < 0 || y >= height) continue;
      const seen = x + ((<usize>(((image * height + y) * width + from * strideRight + shift) * inputs)) << 2);
      depthwiseRow(seen, weights, dz + <usize>(row * columns + from) * outputBytes, count, isFilter);
    }
  }
}

/** The same for one tap and `count` places of one row. */
function depthwiseRow(seen: usize, weights: usize, sent: usize, count: i32, isFilter: boolean): void {
  const multiplier = outputs / inputs;
  const step = (<usize>(strideRight * inputs)) << 2;
  for (let q = 0; q < count; q += 1, seen += step, sent += (<usize>outputs) << 2) {
    if (multiplier === 1) addChannels(isFilter ? weights : seen, isFilter ? seen : weights, sent, inputs);
    else if (isFilter) spread(weights, seen, sent, multiplier);
    else gather(seen, weights, sent, multiplier);
  }
}

/** to += a · b over channels. */
function addChannels(to: usize, a: usize, b: usize, count: i32): void {
  let c = 0;
  for (; c + 4 <= count; c += 4, to += 16, a += 16, b += 16)
    v128.store(to, f32x4.add(v128.load(to), f32x4.mul(v128.load(a), v128.load(b))));
  for (; c < count; c += 1, to += 4, a += 4, b += 4) store<f32>(to, load<f32>(to) + load<f32>(a) * load<f32>(b));
}

/** W[c, j] += x[c] · dz[c, j]. */
function spread(weights: usize, seen: usize, sent: usize, multiplier: i32): void {
  for (let c = 0; c < inputs; c += 1, seen += 4) {
    const value = load<f32>(seen);
    for (let j = 0; j < multiplier; j += 1, weights += 4, sent += 4)
      store<f32>(weights, load<f32>(weights) + value * load<f32>(sent));
  }
}

/** dx[c] += Σ_j W[c, j] · dz[c, j]. */
function gather(seen: usize, weights: usize, sent: usize, multiplier: i32): void {
  for (let c = 0; c < inputs; c += 1, seen += 4) {
    let sum = load<f32>(seen);
    for (let j = 0; j < multiplier; j += 1, weights += 4, sent += 4) sum += load<f32>(weights) * load<f32>(sent);
    store<f32>(seen, sum);
  }
}
