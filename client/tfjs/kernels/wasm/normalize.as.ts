// AssemblyScript, part of kernels.as.ts.

import { across, columnSums } from "./rows.as";

/** Floats of `scratch` for each channel. */
export function normalizeScratch(channels: i32): i32 {
  return 4 * channels;
}

/** Σ (x − μ)² over positions, μ by channel, into y by channel. */
function squareSums(x: usize, positions: i32, channels: i32, means: usize, y: usize): void {
  const stride = (<usize>channels) << 2;
  let c = 0;
  for (; c + 4 <= channels; c += 4) {
    const mean = v128.load(means + ((<usize>c) << 2));
    let sum = f32x4.splat(0);
    for (let p = 0, at = x + ((<usize>c) << 2); p < positions; p += 1, at += stride) {
      const gap = f32x4.sub(v128.load(at), mean);
      sum = f32x4.add(sum, f32x4.mul(gap, gap));
    }
    v128.store(y + ((<usize>c) << 2), sum);
  }
  for (; c < channels; c += 1) {
    const mean = load<f32>(means + ((<usize>c) << 2));
    let sum: f32 = 0;
    for (let p = 0, at = x + ((<usize>c) << 2); p < positions; p += 1, at += stride) {
      const gap = load<f32>(at) - mean;
      sum += gap * gap;
    }
    store<f32>(y + ((<usize>c) << 2), sum);
  }
}

/** The mean of a group's sums by channel over its `count` numbers. */
function groupMean(sums: usize, size: i32, count: f32): f32 {
  let all = f32x4.splat(0);
  let c = 0;
  for (; c + 4 <= size; c += 4, sums += 16) all = f32x4.add(all, v128.load(sums));
  let sum = across(all);
  for (; c < size; c += 1, sums += 4) sum += load<f32>(sums);
  return sum / count;
}

function fillFloats(to: usize, count: i32, value: f32): void {
  let c = 0;
  const four = f32x4.splat(value);
  for (; c + 4 <= count; c += 4, to += 16) v128.store(to, four);
  for (; c < count; c += 1, to += 4) store<f32>(to, value);
}

/** y = x · factor + term by channel, at least `least`. */
function affine(x: usize, y: usize, positions: i32, channels: i32, factors: usize, terms: usize, isReLU: bool): void {
  const stride = (<usize>channels) << 2;
  const least = f32x4.splat(isReLU ? 0 : -(<f32>Infinity));
  let c = 0;
  for (; c + 4 <= channels; c += 4) {
    const offset = (<usize>c) << 2;
    const factor = v128.load(factors + offset);
    const term = v128.load(terms + offset);
    for (let p = 0, at = offset; p < positions; p += 1, at += stride)
      v128.store(y + at, f32x4.pmax(f32x4.add(f32x4.mul(v128.load(x + at), factor), term), least));
  }
  for (; c < channels; c += 1) {
    const offset = (<usize>c) << 2;
    const factor = load<f32>(factors + offset);
    const term = load<f32>(terms + offset);
    for (let p = 0, at = offset; p < positions; p += 1, at += stride) {
      const value = load<f32>(x + at) * factor + term;
      store<f32>(y + at, isReLU && value < 0 ? 0 : value);
    }
  }
}

/**
 * y = γ (x − μ)/√(σ² + ε) + β of x [samples, positions, channels], with a ReLU where asked; μ and σ² [samples, groups] of each sample's
 * groups of channels. O(size of x).
 */
export function normalize(
  x: usize,
  gamma: usize,
  beta: usize,
  y: usize,
  means: usize,
  variances: usize,
  samples: i32,
  positions: i32,
  channels: i32,
  groups: i32,
  epsilon: f32,
  isReLU: bool,
  scratch: usize,
): void {
  const size = channels / groups;
  const count = <f32>(positions * size);
  const row = (<usize>channels) << 2;
  const sums = scratch;
  const other = scratch + row;
  for (let s = 0; s < samples; s += 1, x += <usize>positions * row, y += <usize>positions * row) {
    columnSums(x, 1, positions, channels, 1, sums);
    for (let g = 0; g < groups; g += 1, means += 4) {
      const at = (<usize>(g * size)) << 2;
      const mean = groupMean(sums + at, size, count);
      store<f32>(means, mean);
      fillFloats(sums + at, size, mean);
    }
    squareSums(x, positions, channels, sums, other);
    for (let g = 0; g < groups; g += 1, variances += 4) {
      const at = (<usize>(g * size)) << 2;
      const variance = groupMean(other + at, size, count);
      store<f32>(variances, variance);
      const inverse = <f32>1 / sqrt<f32>(variance + epsilon);
      for (let c = 0; c < size; c += 1) {
        const place = at + ((<usize>c) << 2);
        const factor = load<f32>(gamma + place) * inverse;
        store<f32>(other + place, factor);
        store<f32>(sums + place, load<f32>(beta + place) - load<f32>(sums + place) * factor);
      }
    }
    affine(x, y, positions, channels, other, sums, isReLU);
  }
}

/** dz: dy, or 0 where the ReLU's y is not above 0. */
function before(dy: usize, y: usize, at: usize, isReLU: bool): v128 {
  const sent = v128.load(dy + at);
  return isReLU ? v128.and(sent, f32x4.gt(v128.load(y + at), f32x4.splat(0))) : sent;
}

function beforeOne(dy: usize, y: usize, at: usize, isReLU: bool): f32 {
  return isReLU && !(load<f32>(y + at) > 0) ? 0 : load<f32>(dy + at);
}

/** Σ dz and Σ dz (x − μ) over positions, by channel. */
function gradientSums(
  x: usize,
  dy: usize,
  y: usize,
  positions: i32,
  channels: i32,
  means: usize,
  plain: usize,
  weighted: usize,
  isReLU: bool,
): void {
  const stride = (<usize>channels) << 2;
  let c = 0;
  for (; c + 4 <= channels; c += 4) {
    const offset = (<usize>c) << 2;
    const mean = v128.load(means + offset);
    let first = f32x4.splat(0);
    let second = f32x4.splat(0);
    for (let p = 0, at = offset; p < positions; p += 1, at += stride) {
      const dz = before(dy, y, at, isReLU);
      first = f32x4.add(first, dz);
      second = f32x4.add(second, f32x4.mul(dz, f32x4.sub(v128.load(x + at), mean)));
    }
    v128.store(plain + offset, first);
    v128.store(weighted + offset, second);
  }
  for (; c < channels; c += 1) {
    const offset = (<usize>c) << 2;
    const mean = load<f32>(means + offset);
    let first: f32 = 0;
    let second: f32 = 0;
    for (let p = 0, at = offset; p < positions; p += 1, at += stride) {
      const dz = beforeOne(dy, y, at, isReLU);
      first += dz;
      second += dz * (load<f32>(x + at) - mean);
    }
    store<f32>(plain + offset, first);
    store<f32>(weighted + offset, second);
  }
}

/** dx = dz · a + x · b + c by channel. */
function combine(
  x: usize,
  dy: usize,
  y: usize,
  dx: usize,
  positions: i32,
  channels: i32,
  as: usize,
  bs: usize,
  cs: usize,
  isReLU: bool,
): void {
  const stride = (<usize>channels) << 2;
  let c = 0;
  for (; c + 4 <= channels; c += 4) {
    const offset = (<usize>c) << 2;
    const a = v128.load(as + offset);
    const b = v128.load(bs + offset);
    const term = v128.load(cs + offset);
    for (let p = 0, at = offset; p < positions; p += 1, at += stride) {
      const dz = before(dy, y, at, isReLU);
      v128.store(dx + at, f32x4.add(f32x4.add(f32x4.mul(dz, a), f32x4.mul(v128.load(x + at), b)), term));
    }
  }
  for (; c < channels; c += 1) {
    const offset = (<usize>c) << 2;
    const a = load<f32>(as + offset);
    const b = load<f32>(bs + offset);
    const term = load<f32>(cs + offset);
    for (let p = 0, at = offset; p < positions; p += 1, at += stride)
      store<f32>(dx + at, beforeOne(dy, y, at, isReLU) * a + load<f32>(x + at) * b + term);
  }
}

/**
 * dx, dγ and dβ of `normalize`; y is read for the ReLU only. With r = 1/√(σ² + ε), x̂ = (x − μ) r, and A and B the means over a group of
 * γ dz and γ dz x̂: dx = r (γ dz − A − x̂ B), dγ = Σ dz x̂, dβ = Σ dz. O(size of x).
 */
export function normalizeGradient(
  x: usize,
  dy: usize,
  y: usize,
  gamma: usize,
  means: usize,
  variances: usize,
  dx: usize,
  dGamma: usize,
  dBeta: usize,
  samples: i32,
  positions: i32,
  channels: i32,
  groups: i32,
  epsilon: f32,
  isReLU: bool,
  scratch: usize,
): void {
  const size = channels / groups;
  const count = <f32>(positions * size);
  const row = (<usize>channels) << 2;
  const step = <usize>positions * row;
  const centers = scratch;
  const plain = centers + row;
  const weighted = plain + row;
  const factors = weighted + row;
  memory.fill(dGamma, 0, row);
  memory.fill(dBeta, 0, row);
  for (let s = 0; s < samples; s += 1, x += step, dy += step, y += step, dx += step) {
    for (let g = 0; g < groups; g += 1)
      fillFloats(centers + ((<usize>(g * size)) << 2), size, load<f32>(means + ((<usize>g) << 2)));
    gradientSums(x, dy, y, positions, channels, centers, plain, weighted, isReLU);
    for (let g = 0; g < groups; g += 1, means += 4, variances += 4) {
      const at = (<usize>(g * size)) << 2;
      const inverse = <f32>1 / sqrt<f32>(load<f32>(variances) + epsilon);
      let a: f32 = 0;
      let b: f32 = 0;
      for (let c = 0; c < size; c += 1) {
        const place = at + ((<usize>c) << 2);
        const sum = load<f32>(plain + place);
        const product = load<f32>(weighted + place) * inverse;
        const scale = load<f32>(gamma + place);
        store<f32>(dBeta + place, load<f32>(dBeta + place) + sum);
        store<f32>(dGamma + place, load<f32>(dGamma + place) + product);
        a += scale * sum;
        b += scale * product;
      }
      a /= count;
      b /= count;
      const slope = -inverse * inverse * b;
      const term = -load<f32>(means) * slope - inverse * a;
      fillFloats(plain + at, size, slope);
      fillFloats(weighted + at, size, term);
      for (let c = 0; c < size; c += 1) {
        const place = at + ((<usize>c) << 2);
        store<f32>(factors + place, load<f32>(gamma + place) * inverse);
      }
    }
    combine(x, dy, y, dx, positions, channels, factors, plain, weighted, isReLU);
  }
}
