// AssemblyScript, part of kernels.as.ts.

/** The sum of four floats. */
export function across(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** y [outer, columns]: the sums over the rows of x [outer, rows, columns], times `scale`. O(size of x). */
export function columnSums(x: usize, outer: i32, rows: i32, columns: i32, scale: f32, y: usize): void {
  const stride = (<usize>columns) << 2;
  const factor = f32x4.splat(scale);
  for (let one = 0; one < outer; one += 1, x += <usize>rows * stride, y += stride) {
    let j = 0;
    // Sixteen columns are a line of the cache.
    for (; j + 16 <= columns; j += 16) {
      let a0 = f32x4.splat(0);
      let a1 = f32x4.splat(0);
      let a2 = f32x4.splat(0);
      let a3 = f32x4.splat(0);
      for (let i = 0, at = x + ((<usize>j) << 2); i < rows; i += 1, at += stride) {
        a0 = f32x4.add(a0, v128.load(at));
        a1 = f32x4.add(a1, v128.load(at, 16));
        a2 = f32x4.add(a2, v128.load(at, 32));
        a3 = f32x4.add(a3, v128.load(at, 48));
      }
      const to = y + ((<usize>j) << 2);
      v128.store(to, f32x4.mul(a0, factor));
      v128.store(to, f32x4.mul(a1, factor), 16);
      v128.store(to, f32x4.mul(a2, factor), 32);
      v128.store(to, f32x4.mul(a3, factor), 48);
    }
    for (; j + 8 <= columns; j += 8) {
      // Two rows at a time: four sums that do not wait for each other.
      let a0 = f32x4.splat(0);
      let a1 = f32x4.splat(0);
      let b0 = f32x4.splat(0);
      let b1 = f32x4.splat(0);
      let at = x + ((<usize>j) << 2);
      let i = 0;
      for (; i + 2 <= rows; i += 2, at += 2 * stride) {
        a0 = f32x4.add(a0, v128.load(at));
        a1 = f32x4.add(a1, v128.load(at, 16));
        b0 = f32x4.add(b0, v128.load(at + stride));
        b1 = f32x4.add(b1, v128.load(at + stride, 16));
      }
      if (i < rows) {
        a0 = f32x4.add(a0, v128.load(at));
        a1 = f32x4.add(a1, v128.load(at, 16));
      }
      const to = y + ((<usize>j) << 2);
      v128.store(to, f32x4.mul(f32x4.add(a0, b0), factor));
      v128.store(to, f32x4.mul(f32x4.add(a1, b1), factor), 16);
    }
    for (; j + 4 <= columns; j += 4) {
      let sum = f32x4.splat(0);
      for (let i = 0, at = x + ((<usize>j) << 2); i < rows; i += 1, at += stride) sum = f32x4.add(sum, v128.load(at));
      v128.store(y + ((<usize>j) << 2), f32x4.mul(sum, factor));
    }
    for (; j < columns; j += 1) {
      let sum: f32 = 0;
      for (let i = 0, at = x + ((<usize>j) << 2); i < rows; i += 1, at += stride) sum += load<f32>(at);
      store<f32>(y + ((<usize>j) << 2), sum * scale);
    }
  }
}

/** y = max(0, a + b). Here as elsewhere NaN stays: `pmax` of it and a number is its first argument. */
export function addReLU(a: usize, b: usize, y: usize, count: i32): void {
  const zero = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4, a += 16, b += 16, y += 16)
    v128.store(y, f32x4.pmax(f32x4.add(v128.load(a), v128.load(b)), zero));
  for (; i < count; i += 1, a += 4, b += 4, y += 4) store<f32>(y, max<f32>(0, load<f32>(a) + load<f32>(b)));
}

/** dz = dy where y > 0, else 0. */
export function reLUGradient(dy: usize, y: usize, dz: usize, count: i32): void {
  const zero = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4, dy += 16, y += 16, dz += 16)
    v128.store(dz, v128.and(v128.load(dy), f32x4.gt(v128.load(y), zero)));
  for (; i < count; i += 1, dy += 4, y += 4, dz += 4) store<f32>(dz, load<f32>(y) > 0 ? load<f32>(dy) : 0);
}

/** y [rows, columns] = max(least, y + bias), least being 0 with a ReLU; a bias at address 0 is none. */
export function finishRows(y: usize, bias: usize, rows: i32, columns: i32, isReLU: bool): void {
  const least = isReLU ? <f32>0 : -(<f32>Infinity);
  const four = f32x4.splat(least);
  for (let i = 0; i < rows; i += 1) {
    let j = 0;
    for (; j + 4 <= columns; j += 4, y += 16) {
      const term = bias === 0 ? f32x4.splat(0) : v128.load(bias + ((<usize>j) << 2));
      v128.store(y, f32x4.pmax(f32x4.add(v128.load(y), term), four));
    }
    for (; j < columns; j += 1, y += 4) {
      const value = load<f32>(y) + (bias === 0 ? <f32>0 : load<f32>(bias + ((<usize>j) << 2)));
      store<f32>(y, isReLU && value < 0 ? 0 : value);
    }
  }
}
