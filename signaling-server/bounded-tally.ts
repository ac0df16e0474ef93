/** Counts what each key has at a time, up to a limit. Keys that have nothing take no memory. */
export interface BoundedTally {
  isFull(key: string): boolean;
  /** One more; false, and nothing is counted, where the key has as many as it may. */
  take(key: string): boolean;
  give(key: string): void;
}

export function createBoundedTally(limit: number): BoundedTally {
  const counts = new Map<string, number>();
  const of = (key: string): number => counts.get(key) ?? 0;
  return {
    isFull: (key) => of(key) >= limit,
    take(key) {
      if (of(key) >= limit) return false;
      counts.set(key, of(key) + 1);
      return true;
    },
    give(key) {
      if (of(key) > 1) counts.set(key, of(key) - 1);
      else counts.delete(key);
    },
  };
}
