// AssemblyScript, part of kernels.as.ts.

/** Rows and columns of the tile of C that lives in registers: 8 vectors of four floats. */
export const tileRows: i32 = 4;
export const tileColumns: i32 = 8;
/** k of one block: a strip of A (4 KiB) and one of B (8 KiB) lie in the first cache. */
export const blockDepth: i32 = 256;
/** Columns of one block of B: 256 KiB, in the second cache. */
export const blockColumns: i32 = 256;

/** Bytes that `scratch` must have: a block of B, a strip of A, a tile of C. */
export function scratchBytes(): i32 {
  return 4 * (blockDepth * (blockColumns + tileRows) + tileRows * tileColumns);
}

/** Where in the scratch a strip of A lies. */
export function stripIn(scratch: usize): usize {
  return scratch + ((<usize>(blockDepth * blockColumns)) << 2);
}

/** Where a tile of C lies. */
export function spareIn(scratch: usize): usize {
  return stripIn(scratch) + ((<usize>(blockDepth * tileRows)) << 2);
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
export function packStrip(
  to: usize,
  from: usize,
  lanes: i32,
  depth: i32,
  laneStride: usize,
  stepStride: usize,
  width: i32,
): void {
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

export function packColumns(to: usize, b: usize, columns: i32, depth: i32, rowStride: usize, columnStride: usize): void {
  for (let j = 0; j < columns; j += tileColumns) {
    packStrip(to, b + <usize>j * columnStride, min(tileColumns, columns - j), depth, columnStride, rowStride, tileColumns);
    to += (<usize>(depth * tileColumns)) << 2;
  }
}

/** C [m, n] += A strip [rows, depth] · B block, columns from `c` on. */
export function addStrip(
  strip: usize,
  block: usize,
  depth: i32,
  c: usize,
  rows: i32,
  columns: i32,
  stride: usize,
  spare: usize,
): void {
  for (let j = 0; j < columns; j += tileColumns) {
    const b = block + ((<usize>(j * depth)) << 2);
    addTile(strip, b, depth, c + ((<usize>j) << 2), stride, rows, min(tileColumns, columns - j), spare);
  }
}

/**
 * C [m, n] += A [m, k] · B [k, n]. Element (i, p) of A lies i · aRow + p · aColumn bytes from A; B likewise; C's rows lie `cRow` bytes
 * apart. O(mnk).
 */
export function addProduct(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  bColumn: usize,
  c: usize,
  cRow: usize,
  scratch: usize,
): void {
  const strip = stripIn(scratch);
  const spare = spareIn(scratch);
  for (let j = 0; j < n; j += blockColumns) {
    const columns = min(blockColumns, n - j);
    for (let p = 0; p < k; p += blockDepth) {
      const depth = min(blockDepth, k - p);
      packColumns(scratch, b + <usize>p * bRow + <usize>j * bColumn, columns, depth, bRow, bColumn);
      for (let i = 0; i < m; i += tileRows) {
        const rows = min(tileRows, m - i);
        packStrip(strip, a + <usize>i * aRow + <usize>p * aColumn, rows, depth, aRow, aColumn, tileRows);
        addStrip(strip, scratch, depth, c + <usize>i * cRow + ((<usize>j) << 2), rows, columns, cRow, spare);
      }
    }
  }
}

/** C [m, n] = A · B for each of `batch` matrices that lie aBatch, bBatch, cBatch bytes apart; 0: the same for all. O(batch · mnk). */
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
  const stride = (<usize>n) << 2;
  for (let one = 0; one < batch; one += 1, a += aBatch, b += bBatch, c += cBatch) {
    memory.fill(c, 0, <usize>m * stride);
    addProduct(m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, stride, scratch);
  }
}
