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
import { addStrip, blockColumns, blockDepth, packColumns, packStrip, spareIn, stripIn, tileRows } from "./products.as";

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
  const strip = stripIn(scratch);
  const spare = spareIn(scratch);
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
  const strip = stripIn(scratch);
  const spare = spareIn(scratch);
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

/** W[taps − 1 − tap, o, c] of filters W [taps, inputs, outputs]: by these dx of a convolution with stride 1 is a convolution of dz. */
export function halfTurn(filters: usize, turned: usize, taps: i32, inputs: i32, outputs: i32): void {
  const row = (<usize>inputs) << 2;
  for (let tap = taps - 1; tap >= 0; tap -= 1, turned += <usize>outputs * row) {
    let from = filters + ((<usize>(tap * inputs * outputs)) << 2);
    for (let c = 0; c < inputs; c += 1) {
      let to = turned + ((<usize>c) << 2);
      for (let o = 0; o < outputs; o += 1, from += 4, to += row) store<f32>(to, load<f32>(from));
    }
  }
}
