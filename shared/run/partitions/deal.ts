import type { Keys } from "./partition-method.ts";

/** 0 … count − 1. */
export function naturals(count: number): Uint32Array<ArrayBuffer> {
  return Uint32Array.from({ length: count }, (_, i) => i);
}

/** Consecutive pieces whose sizes differ by at most one. */
export function cut(items: Uint32Array<ArrayBuffer>, pieces: number): Uint32Array<ArrayBuffer>[] {
  const at = (piece: number): number => Math.floor((piece * items.length) / pieces);
  return Array.from({ length: pieces }, (_, piece) => items.slice(at(piece), at(piece + 1)));
}

/** Consecutive pieces in these proportions, each end rounded down: Σ units is all. */
export function cutByUnits<T>(items: ArrayLike<T>, units: readonly number[]): T[][] {
  const all = units.reduce((sum, unit) => sum + unit, 0);
  let [taken, next] = [0, 0];
  return units.map((unit) => {
    taken += unit;
    const end = Math.floor((taken * items.length) / all);
    const piece: T[] = [];
    for (; next < end; next += 1) piece.push(items[next]!);
    return piece;
  });
}

/** The samples of each key, keys and samples in ascending order. */
export function byKey(keys: Keys): ReadonlyMap<number, number[]> {
  const found = new Map<number, number[]>();
  for (let i = 0; i < keys.length; i += 1) {
    const samples = found.get(keys[i]!);
    if (samples === undefined) found.set(keys[i]!, [i]);
    else samples.push(i);
  }
  return new Map([...found].sort(([a], [b]) => a - b));
}

/** Each partition that is empty takes one sample from the largest. */
export function fillEmpty(dealt: readonly number[][]): Uint32Array<ArrayBuffer>[] {
  for (const samples of dealt) if (samples.length === 0) samples.push(largest(dealt).pop()!);
  return dealt.map((samples) => Uint32Array.from(samples));
}

function largest(dealt: readonly number[][]): number[] {
  return dealt.reduce((most, samples) => (samples.length > most.length ? samples : most));
}
