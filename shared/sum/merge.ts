import { formatted } from "../vector/formats/formatted.ts";
import { saturate } from "../vector/saturate.ts";
import {
  addInto,
  denseUpdate,
  entryCount,
  indicesOf,
  placesUpdate,
  prefixUpdate,
  type Support,
  sparseUpdate,
  type Update,
  type Values,
  zeroUpdate,
} from "../vector/update.ts";
import { keptBy, type Truncation } from "./kept-by.ts";
import { mergeFactors } from "./merge-factors.ts";
import type { MergeRule } from "./merge-rule.ts";

/** Above this share of d an index costs more than the zeros it saves (4 bytes a value, about 1 byte an index). */
const denseAbove = 0.8;

/** What a node sends on, and what it keeps: sum + rest = Σ parts, exactly as float32 adds them (for factors, see `mergeFactors`). */
export interface Merged {
  readonly sum: Update;
  readonly rest: Update;
}

/**
 * Adds the parts in the order given, exactly, then truncates once (truncating at every pairwise merge gives other numbers). O(Σk) for sparse parts. A coordinate whose sum overflows saturates at ±3.4e38, so finite parts give a finite sum.
 * @throws {RangeError} if the parts differ in length or there is none
 */
export function mergeUpdates(parts: readonly Update[], rule: Exclude<MergeRule, { kind: "gather" }>): Merged {
  const merged = mergeByRule(parts, rule);
  if (rule.places === "each") return { ...merged, sum: placesOf(merged.sum) };
  return rule.format === undefined ? merged : inFormat(merged, rule.format);
}

function mergeByRule(parts: readonly Update[], rule: Exclude<MergeRule, { kind: "gather" }>): Merged {
  const [first, ...others] = parts;
  if (first === undefined) throw new RangeError("expected at least one part, got none");
  if (rule.kind === "recompress") return mergeFactors(parts, rule.plan);
  let sum = first;
  for (const other of others) sum = add(sum, other);
  switch (rule.kind) {
    case "exact":
      return { sum, rest: zeroUpdate(sum.length) };
    case "truncate":
    case "truncate-blocks":
    case "truncate-cost": {
      const merged = truncate(sum, rule);
      return rule.loses === true ? { sum: merged.sum, rest: zeroUpdate(sum.length) } : merged;
    }
  }
}

/** Where the update is not 0. */
function placesOf(update: Update): Update {
  const { length, values, support } = update;
  if (support.kind === "places") return update;
  const indices = indicesOf(update);
  const found = new Uint32Array(values.data.length);
  let count = 0;
  for (let j = 0; j < found.length; j += 1) {
    if (values.data[j] === 0) continue;
    found[count] = indices === null ? j : indices[j]!;
    count += 1;
  }
  return placesUpdate(length, found.slice(0, count));
}

/** The sum in numbers of that format, what they lose in the rest. A sum that came in the format is passed on as it is. */
function inFormat(merged: Merged, format: Values["format"]): Merged {
  const { sum, rest } = merged;
  if (sum.values.format === format) return merged;
  const values = formatted(sum.values.data, format);
  const lost = new Float32Array(values.data.length);
  for (let j = 0; j < lost.length; j += 1) lost[j] = sum.values.data[j]! - values.data[j]!;
  return { sum: { ...sum, values }, rest: add(rest, { ...sum, values: { format: "f32", data: lost } }) };
}

/** a + b; dense once the union of supports passes the break-even. */
function add(a: Update, b: Update): Update {
  if (a.length !== b.length) throw new RangeError(`expected parts of ${a.length} coordinates, got one of ${b.length}`);
  if (haveOneSeed(a.support, b.support)) return addValues(a, b);
  if (a.support.kind === "prefix" && b.support.kind === "prefix") return addPrefixes(a, b);
  const left = indicesOf(a);
  const right = indicesOf(b);
  if (left === null || right === null) return addDense(a, b);
  const indices = new Uint32Array(entryCount(a) + entryCount(b));
  const data = new Float32Array(indices.length);
  const count = mergeSorted({ indices: left, data: a.values.data }, { indices: right, data: b.values.data }, { indices, data });
  const sum = sparseUpdate(a.length, indices.subarray(0, count), data.subarray(0, count));
  return count > denseAbove * a.length ? addDense(sum, zeroUpdate(a.length)) : sum;
}

/** Whether both name the same coordinates by the same seed: their sum then does so too, and stays k-sparse. */
function haveOneSeed(a: Support, b: Support): boolean {
  return a.kind === "seeded" && b.kind === "seeded" && a.seed === b.seed && a.count === b.count;
}

/** a + b on one support, value by value. */
function addValues(a: Update, b: Update): Update {
  const data = new Float32Array(entryCount(a));
  for (let j = 0; j < data.length; j += 1) data[j] = saturate(a.values.data[j]! + b.values.data[j]!);
  return { ...a, values: { format: "f32", data } };
}

/** a + b on the longer of two prefixes. */
function addPrefixes(a: Update, b: Update): Update {
  const [long, short] = entryCount(a) >= entryCount(b) ? [a, b] : [b, a];
  const data = long.values.data.slice();
  for (let j = 0; j < short.values.data.length; j += 1) data[j] = saturate(data[j]! + short.values.data[j]!);
  return prefixUpdate(a.length, data);
}

function addDense(a: Update, b: Update): Update {
  const dense = new Float32Array(a.length);
  addInto(dense, a);
  addInto(dense, b);
  for (let i = 0; i < dense.length; i += 1) dense[i] = saturate(dense[i]!);
  return denseUpdate(dense);
}

interface Entries {
  readonly indices: Uint32Array;
  readonly data: Float32Array;
}

/** The union of two ascending supports, equal indices added; returns how many entries were written to `out`. O(k). */
function mergeSorted(a: Entries, b: Entries, out: Entries): number {
  const { indices, data } = out;
  let i = 0;
  let j = 0;
  let at = 0;
  while (i < a.indices.length && j < b.indices.length) {
    const left = a.indices[i]!;
    const right = b.indices[j]!;
    if (left < right) {
      indices[at] = left;
      data[at] = a.data[i++]!;
    } else if (right < left) {
      indices[at] = right;
      data[at] = b.data[j++]!;
    } else {
      indices[at] = left;
      data[at] = saturate(Math.fround(a.data[i++]! + b.data[j++]!));
    }
    at += 1;
  }
  // The longer list may have more entries: they follow as they are.
  const [more, from] = i < a.indices.length ? [a, i] : [b, j];
  indices.set(more.indices.subarray(from), at);
  data.set(more.data.subarray(from), at);
  return at + more.indices.length - from;
}

/** The entries that the rule keeps, and the others. */
function truncate(update: Update, rule: Truncation): Merged {
  const { data } = update.values;
  const indices = indicesOf(update);
  const chosen = keptBy(rule, data, indices);
  if (chosen.length === data.length) return { sum: update, rest: zeroUpdate(update.length) };
  const kept = { indices: new Uint32Array(chosen.length), data: new Float32Array(chosen.length) };
  const others = data.length - chosen.length;
  const left = { indices: new Uint32Array(others), data: new Float32Array(others) };
  let next = 0;
  for (let j = 0; j < data.length; j += 1) {
    const isKept = next < chosen.length && chosen[next] === j;
    const target = isKept ? kept : left;
    const at = isKept ? next : j - next;
    target.indices[at] = indices === null ? j : indices[j]!;
    target.data[at] = data[j]!;
    if (isKept) next += 1;
  }
  return {
    sum: sparseUpdate(update.length, kept.indices, kept.data),
    rest: sparseUpdate(update.length, left.indices, left.data),
  };
}
