import type { Rng } from "../../base/random.ts";
import type { PeerId } from "../../base/transport.ts";

/**
 * Milliseconds one way, drawn when first asked for: of a link between two peers, or of a peer's way to the server. Most are near, some far.
 * @param distance how far the furthest are, in units of 150 ms
 */
export function drawLatencies(rng: Rng, distance: number): (a: PeerId, b?: PeerId) => number {
  const latencies = new Map<string, number>();
  return (a, b = "") => {
    const key = a < b ? `${a} ${b}` : `${b} ${a}`;
    let ms = latencies.get(key);
    if (ms === undefined) {
      ms = 5 + Math.floor(distance * 150 * rng.uniform() ** 3);
      latencies.set(key, ms);
    }
    return ms;
  };
}
