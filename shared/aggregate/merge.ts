import { selectLargest } from "../compress/select.ts";
import type { MergeRule } from "../compress/types.ts";
import { addInto, denseUpdate, entryCount, sparseUpdate, type Update, zeroUpdate } from "../update.ts";

/** Above this share of d an index costs more than the zeros it saves (4 bytes a value, about 1 byte an index). */
const denseAbove = 0.8;

const largestFloat32 = Math.fround(3.4028234663852886e38);

/** What a node sends on, and what it keeps: sum + rest = Σ parts, exactly as float32 adds them. */
export interface Merged {
  readonly sum: Update;
  readonly rest: Update;
}

/**
 * Adds the parts in the order given, exactly, then truncates once (truncating at every pairwise merge gives other numbers). O(Σk) for sparse parts. A coordinate whose sum overflows saturates at ±3.4e38, so finite parts give a finite sum.
 * @throws {RangeError} if the parts differ in length or there is none
 */
export function mergeUpdates(parts: readonly Update[], rule: MergeRule): Merged {
  const [first, ...others] = parts;
  if (first === undefined) throw new RangeError("expected at least one part, got none");
  let sum = first;
  for (const other of others) sum = add(sum, other);
  return rule.kind === "exact" ? { sum, rest: zeroUpdate(sum.length) } : truncate(sum, rule.keep);
}

/** a + b; dense once the union of supports passes the break-even. */
function add(a: Update, b: Update): Update {
  if (a.length !== b.length) throw new RangeError(`expected parts of ${a.length} coordinates, got one of ${b.length}`);
  if (a.support.kind === "all" || b.support.kind === "all") return addDense(a, b);
  const indices = new Uint32Array(entryCount(a) + entryCount(b));
  const data = new Float32Array(indices.length);
  const count = mergeSorted(
    { indices: a.support.indices, data: a.values.data },
    { indices: b.support.indices, data: b.values.data },
    { indices, data },
  );
  const sum = sparseUpdate(a.length, indices.subarray(0, count), data.subarray(0, count));
  return count > denseAbove * a.length ? addDense(sum, zeroUpdate(a.length)) : sum;
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

/** The union of two ascending supports, equal indices added; returns how many entries were written to `out`. */
function mergeSorted(a: Entries, b: Entries, out: Entries): number {
  let i = 0;
  let j = 0;
  let at = 0;
  while (i < a.indices.length || j < b.indices.length) {
    const left = i < a.indices.length ? a.indices[i]! : Number.POSITIVE_INFINITY;
    const right = j < b.indices.length ? b.indices[j]! : Number.POSITIVE_INFINITY;
    out.indices[at] = Math.min(left, right);
    if (left === right) out.data[at] = saturate(Math.fround(a.data[i]! + b.data[j]!));
    else out.data[at] = left < right ? a.data[i]! : b.data[j]!;
    if (left <= right) i += 1;
    if (right <= left) j += 1;
    at += 1;
  }
  return at;
}

function saturate(value: number): number {
  return Math.max(-largestFloat32, Math.min(largestFloat32, value));
}

/** The `keep` largest entries and the others. */
function truncate(update: Update, keep: number): Merged {
  const { data } = update.values;
  if (data.length <= keep) return { sum: update, rest: zeroUpdate(update.length) };
  const chosen = selectLargest(data, keep);
  const kept = { indices: new Uint32Array(keep), data: new Float32Array(keep) };
  const left = { indices: new Uint32Array(data.length - keep), data: new Float32Array(data.length - keep) };
  const indices = update.support.kind === "indices" ? update.support.indices : null;
  let next = 0;
  for (let j = 0; j < data.length; j += 1) {
    const isKept = next < keep && chosen[next] === j;
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
