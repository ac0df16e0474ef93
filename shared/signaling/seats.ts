import type { PeerId } from "../transport.ts";

/** Seats of peers that may come back, remembered: two rooms' worth. */
const maxRemembered = 8192;

/** Deals seat numbers, which decide whose share of the data is whose. A peer that comes back gets its seat again. */
export interface Seats {
  /** `former`: the seat it says it had; believed only after `resume`, and only if nobody has it. */
  take(peer: PeerId, former: number | undefined): number;
  /** From here on the seats were dealt by a server that forgot them. */
  resume(): void;
}

export function createSeats(): Seats {
  const remembered = new Map<PeerId, number>();
  const claimed = new Set<number>();
  let next = 0;
  let resumed = false;

  function choose(former: number | undefined): number {
    if (resumed && former !== undefined && !claimed.has(former)) return former;
    while (claimed.has(next)) next += 1;
    return next;
  }

  return {
    take(peer, former) {
      const seat = remembered.get(peer) ?? choose(former);
      remembered.delete(peer);
      remembered.set(peer, seat);
      claimed.add(seat);
      if (remembered.size > maxRemembered) {
        const [oldest, freed] = remembered.entries().next().value!;
        remembered.delete(oldest);
        claimed.delete(freed);
      }
      return seat;
    },
    resume() {
      resumed = true;
    },
  };
}
