// AssemblyScript, part of kernels.as.ts.

import { exponential } from "./gelu.as";
import { across } from "./rows.as";

/** The greatest of `count` numbers; NaN if one of them is. */
export function greatestOf(row: usize, count: i32): f32 {
  let greatest: f32 = -(<f32>Infinity);
  for (let j = 0; j < count; j += 1) greatest = max(greatest, load<f32>(row + ((<usize>j) << 2)));
  return greatest;
}

/** softmax(scale · row[0 … count]) in place; returns Σ exp(scale · (row − greatest)), by which it divided. O(count). */
export function softmaxRow(row: usize, count: i32, greatest: f32, scale: f32): f32 {
  const shift = f32x4.splat(greatest);
  const factor = f32x4.splat(scale);
  let sums = f32x4.splat(0);
  let sum: f32 = 0;
  let j = 0;
  for (; j + 4 <= count; j += 4) {
    const at = row + ((<usize>j) << 2);
    const value = exponential(f32x4.mul(f32x4.sub(v128.load(at), shift), factor));
    sums = f32x4.add(sums, value);
    v128.store(at, value);
  }
  for (; j < count; j += 1) {
    const at = row + ((<usize>j) << 2);
    const value = f32x4.extract_lane(exponential(f32x4.mul(f32x4.sub(v128.load32_splat(at), shift), factor)), 0);
    sum += value;
    store<f32>(at, value);
  }
  sum += across(sums);
  const inverse = <f32>1 / sum;
  const part = f32x4.splat(inverse);
  for (j = 0; j + 4 <= count; j += 4) {
    const at = row + ((<usize>j) << 2);
    v128.store(at, f32x4.mul(v128.load(at), part));
  }
  for (; j < count; j += 1) {
    const at = row + ((<usize>j) << 2);
    store<f32>(at, load<f32>(at) * inverse);
  }
  return sum;
}

/**
 * Writes dz [rows, classes] = softmax(z) − onehot(label) for logits z [rows, classes] and labels, whole numbers [rows]; and for each row
 * Σ exp(z − greatest) and greatest − z_label into `parts` [rows, 2]. A label that is no class gives 0. O(rows · classes).
 */
export function crossEntropy(z: usize, labels: usize, dz: usize, parts: usize, rows: i32, classes: i32): void {
  const line = (<usize>classes) << 2;
  for (let i = 0; i < rows; i += 1, z += line, labels += 4, dz += line, parts += 8) {
    const label = load<i32>(labels);
    const greatest = greatestOf(z, classes);
    memory.copy(dz, z, line);
    store<f32>(parts, softmaxRow(dz, classes, greatest, 1));
    const isClass = label >= 0 && label < classes;
    const at = isClass ? (<usize>label) << 2 : 0;
    store<f32>(parts, isClass ? greatest - load<f32>(z + at) : 0, 4);
    if (isClass) store<f32>(dz + at, load<f32>(dz + at) - 1);
  }
}
