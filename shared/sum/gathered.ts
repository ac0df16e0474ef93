import { saturate } from "../vector/saturate.ts";
import { denseUpdate, indicesOf, sparseUpdate, type Update } from "../vector/update.ts";

/** What an all-gather passes on: one summand for each contributor, side by side in the tree's order. Nobody adds them on the way. */
export interface Gathered {
  readonly kind: "gathered";
  readonly length: number;
  readonly parts: readonly Update[];
}

/** What travels up and down: a sum, or what there is to sum. */
export type Sum = Update | Gathered;

/** The summands; of what is added already, the sum alone. */
export function partsOf(sum: Sum): readonly Update[] {
  return sum.kind === "gathered" ? sum.parts : [sum];
}

/**
 * The sum itself. Every peer adds what was gathered in the same order, in float32, and saturates as merges do. O(d + Σk).
 */
export function added(sum: Sum): Update {
  if (sum.kind !== "gathered") return sum;
  const dense = new Float32Array(sum.length);
  const isPresent = new Uint8Array(sum.length);
  let count = 0;
  for (const part of sum.parts) count += addPresent(part, dense, isPresent);
  if (count === dense.length) return denseUpdate(dense);
  const indices = new Uint32Array(count);
  const data = new Float32Array(count);
  for (let i = 0, at = 0; at < count; i += 1) {
    if (isPresent[i] === 0) continue;
    indices[at] = i;
    data[at] = dense[i]!;
    at += 1;
  }
  return sparseUpdate(sum.length, indices, data);
}

/** Adds an update and marks its support; returns how many coordinates were not marked before. */
function addPresent(update: Update, dense: Float32Array, isPresent: Uint8Array): number {
  const { data } = update.values;
  const indices = indicesOf(update);
  let fresh = 0;
  for (let j = 0; j < data.length; j += 1) {
    const i = indices === null ? j : indices[j]!;
    dense[i] = saturate(dense[i]! + data[j]!);
    fresh += 1 - isPresent[i]!;
    isPresent[i] = 1;
  }
  return fresh;
}
