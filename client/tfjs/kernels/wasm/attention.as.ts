// AssemblyScript, part of kernels.as.ts.

import { addProduct } from "./products.as";
import { across } from "./rows.as";
import { greatestOf, softmaxRow } from "./softmax.as";

/** Rows of queries at a time: what comes after them is not computed at all. */
const blockRows: i32 = 32;

/** Floats of `spare` for a sequence. */
export function attentionScratch(length: i32): i32 {
  return blockRows * length;
}

/** Queries, keys and values of a sample lie side by side: [length, 3, heads, size]. */
function headOf(sent: usize, sample: i32, head: i32, length: i32, heads: i32, size: i32): usize {
  return sent + ((<usize>((sample * length * 3 * heads + head) * size)) << 2);
}

/**
 * y [samples, length, heads, size] = P V with P [samples, heads, length, length] = softmax(QKᵀ/√size) over the tokens up to each; what
 * lies right of a block of P is not set. O(samples · heads · length² · size).
 */
export function attention(
  sent: usize,
  y: usize,
  p: usize,
  samples: i32,
  length: i32,
  heads: i32,
  size: i32,
  scratch: usize,
): void {
  const scale = <f32>1 / sqrt<f32>(<f32>size);
  const part = (<usize>(heads * size)) << 2;
  const row = <usize>3 * part;
  const line = (<usize>length) << 2;
  memory.fill(y, 0, <usize>(samples * length) * part);
  for (let sample = 0; sample < samples; sample += 1) {
    for (let head = 0; head < heads; head += 1, p += <usize>length * line) {
      const q = headOf(sent, sample, head, length, heads, size);
      const out = y + ((<usize>((sample * length * heads + head) * size)) << 2);
      for (let first = 0; first < length; first += blockRows) {
        const count = min(blockRows, length - first);
        const end = first + count;
        const seen = p + <usize>first * line;
        for (let i = 0; i < count; i += 1) memory.fill(seen + <usize>i * line, 0, (<usize>end) << 2);
        addProduct(count, end, size, q + <usize>first * row, row, 4, q + part, 4, row, seen, line, scratch);
        for (let i = 0; i < count; i += 1) {
          const scores = seen + <usize>i * line;
          const known = first + i + 1;
          softmaxRow(scores, known, greatestOf(scores, known), scale);
          memory.fill(scores + ((<usize>known) << 2), 0, (<usize>(end - known)) << 2);
        }
        addProduct(count, size, end, seen, line, 4, q + 2 * part, row, 4, out + <usize>first * part, part, scratch);
      }
    }
  }
}

/** Σ a · b. */
function dot(a: usize, b: usize, count: i32): f32 {
  let sums = f32x4.splat(0);
  let j = 0;
  for (; j + 4 <= count; j += 4, a += 16, b += 16) sums = f32x4.add(sums, f32x4.mul(v128.load(a), v128.load(b)));
  let sum = across(sums);
  for (; j < count; j += 1, a += 4, b += 4) sum += load<f32>(a) * load<f32>(b);
  return sum;
}

/** row = P (row − mean) · scale. */
function scoreGradient(row: usize, p: usize, count: i32, mean: f32, scale: f32): void {
  const shift = f32x4.splat(mean);
  const factor = f32x4.splat(scale);
  let j = 0;
  for (; j + 4 <= count; j += 4, row += 16, p += 16)
    v128.store(row, f32x4.mul(f32x4.mul(v128.load(p), f32x4.sub(v128.load(row), shift)), factor));
  for (; j < count; j += 1, row += 4, p += 4) store<f32>(row, load<f32>(p) * (load<f32>(row) - mean) * scale);
}

/**
 * The gradient of `attention`, laid out as what was sent: with dP = dY Vᵀ and dS = P (dP − Σ dY Y) / √size, dQ = dS K, dK = dSᵀ Q,
 * dV = Pᵀ dY. O(samples · heads · length² · size).
 */
export function attentionGradient(
  sent: usize,
  dy: usize,
  y: usize,
  p: usize,
  dSent: usize,
  spare: usize,
  samples: i32,
  length: i32,
  heads: i32,
  size: i32,
  scratch: usize,
): void {
  const scale = <f32>1 / sqrt<f32>(<f32>size);
  const part = (<usize>(heads * size)) << 2;
  const row = <usize>3 * part;
  const line = (<usize>length) << 2;
  memory.fill(dSent, 0, <usize>(samples * length) * row);
  for (let sample = 0; sample < samples; sample += 1) {
    for (let head = 0; head < heads; head += 1, p += <usize>length * line) {
      const q = headOf(sent, sample, head, length, heads, size);
      const dQ = headOf(dSent, sample, head, length, heads, size);
      const offset = (<usize>((sample * length * heads + head) * size)) << 2;
      for (let first = 0; first < length; first += blockRows) {
        const count = min(blockRows, length - first);
        const end = first + count;
        const seen = p + <usize>first * line;
        const dOut = dy + offset + <usize>first * part;
        const out = y + offset + <usize>first * part;
        const width = (<usize>end) << 2;
        memory.fill(spare, 0, <usize>count * width);
        addProduct(count, end, size, dOut, part, 4, q + 2 * part, 4, row, spare, width, scratch);
        for (let i = 0; i < count; i += 1) {
          const mean = dot(dOut + <usize>i * part, out + <usize>i * part, size);
          scoreGradient(spare + <usize>i * width, seen + <usize>i * line, end, mean, scale);
        }
        addProduct(count, size, end, spare, width, 4, q + part, row, 4, dQ + <usize>first * row, row, scratch);
        addProduct(end, size, count, spare, 4, width, q + <usize>first * row, row, 4, dQ + part, row, scratch);
        addProduct(end, size, count, seen, 4, line, dOut, part, 4, dQ + 2 * part, row, scratch);
      }
    }
  }
}
