import type { PeerId } from "../../base/transport.ts";

/** Pairs of peers, whichever comes first. */
export interface Pairs {
  has(a: PeerId, b: PeerId): boolean;
  /** Returns the end of that. */
  add(a: PeerId, b: PeerId): () => void;
}

export function createPairs(): Pairs {
  const keys = new Set<string>();
  return {
    has: (a, b) => keys.has(keyOf(a, b)),
    add(a, b) {
      const key = keyOf(a, b);
      keys.add(key);
      return () => void keys.delete(key);
    },
  };
}

function keyOf(a: PeerId, b: PeerId): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
