import type { PeerId } from "../transport.ts";

/** Seats of peers that may come back, remembered: two rooms' worth. */
const maxRemembered = 8192;

/** Deals seat numbers, which decide whose share of the data is whose. A peer that comes back gets its seat again. */
export interface Seats {
  /**
   * `former`: the seat it says it had. Believed if nobody has it and the seats were dealt by a server that forgot them, or if
   * whoever has it is not here any more: a restarted peer has a new name.
   */
  take(peer: PeerId, former: number | undefined, isHere: (peer: PeerId) => boolean): number;
  /** A peer goes on under another name. */
  handOver(from: PeerId, to: PeerId): void;
  /** From here on the seats were dealt by a server that forgot them. */
  resume(): void;
}

export function createSeats(): Seats {
  const remembered = new Map<PeerId, number>();
  const owners = new Map<number, PeerId>();
  let next = 0;
  let resumed = false;

  function choose(former: number | undefined, isHere: (peer: PeerId) => boolean): number {
    if (former !== undefined) {
      const owner = owners.get(former);
      if (owner === undefined ? resumed : !isHere(owner)) return former;
    }
    while (owners.has(next)) next += 1;
    return next;
  }

  function give(seat: number, peer: PeerId): void {
    const before = owners.get(seat);
    if (before !== undefined) remembered.delete(before);
    remembered.delete(peer);
    remembered.set(peer, seat);
    owners.set(seat, peer);
  }

  return {
    take(peer, former, isHere) {
      const seat = remembered.get(peer) ?? choose(former, isHere);
      give(seat, peer);
      if (remembered.size > maxRemembered) {
        const [oldest, freed] = remembered.entries().next().value!;
        remembered.delete(oldest);
        owners.delete(freed);
      }
      return seat;
    },
    handOver(from, to) {
      const seat = remembered.get(from);
      if (seat !== undefined && !remembered.has(to)) give(seat, to);
    },
    resume() {
      resumed = true;
    },
  };
}
