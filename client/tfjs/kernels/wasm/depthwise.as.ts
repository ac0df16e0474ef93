// AssemblyScript, part of kernels.as.ts.

import {
  columns,
  dilationDown,
  dilationRight,
  endColumn,
  firstColumn,
  height,
  images,
  inputs,
  outputs,
  padLeft,
  padTop,
  rows,
  strideDown,
  strideRight,
  tapsDown,
  tapsRight,
  width,
} from "./convolution-shape.as";

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
