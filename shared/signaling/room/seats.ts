import type { PeerId } from "../../base/transport.ts";

/** Peers that may come back, remembered with their seats: two rooms' worth. */
const maxRemembered = 8192;

/** Who asks for a seat. */
interface SeatRequest {
  /** The secret that it comes with; "" for none. */
  readonly session: string;
  /** The seat it says it had. */
  readonly previousSeat: number | undefined;
  isHere(peer: PeerId): boolean;
}

/**
 * Deals seat numbers, which decide whose share of the data is whose. A peer that comes back gets its seat again; seat and name are left
 * to those who have the secret with which they were first taken.
 */
export interface Seats {
  /** Whether a name is free, or is one that came with this secret. */
  mayBear(peer: PeerId, session: string): boolean;
  /**
   * `previousSeat` is believed if nobody has that seat and the seats were dealt by a server that forgot them, or if whoever has it came with
   * the same secret, or with none and is not here any more: a restarted peer has a new name.
   */
  take(peer: PeerId, claim: SeatRequest): number;
  /** A peer goes on under another name. */
  handOver(from: PeerId, to: PeerId): void;
  /** From here on the seats were dealt by a server that forgot them. */
  resume(): void;
}

interface SeatHolder {
  readonly seat: number;
  readonly session: string;
}

export function createSeats(): Seats {
  const remembered = new Map<PeerId, SeatHolder>();
  const owners = new Map<number, PeerId>();
  let next = 0;
  let resumed = false;

  function choose({ previousSeat, session, isHere }: SeatRequest): number {
    if (previousSeat !== undefined) {
      const owner = owners.get(previousSeat);
      const secret = owner === undefined ? "" : remembered.get(owner)!.session;
      const isFree = owner === undefined ? resumed : !isHere(owner) && (secret === "" || secret === session);
      if (isFree) return previousSeat;
    }
    while (owners.has(next)) next += 1;
    return next;
  }

  function give(peer: PeerId, holder: SeatHolder): void {
    const before = owners.get(holder.seat);
    if (before !== undefined) remembered.delete(before);
    remembered.delete(peer);
    remembered.set(peer, holder);
    owners.set(holder.seat, peer);
  }

  /** Forgets the longest remembered of those who are not here. */
  function forgetOne(isHere: SeatRequest["isHere"]): void {
    for (const [peer, { seat }] of remembered) {
      if (isHere(peer)) continue;
      remembered.delete(peer);
      owners.delete(seat);
      return;
    }
  }

  return {
    mayBear(peer, session) {
      const secret = remembered.get(peer)?.session ?? "";
      return secret === "" || secret === session;
    },
    take(peer, claim) {
      const { session, isHere } = claim;
      const seat = remembered.get(peer)?.seat ?? choose(claim);
      give(peer, { seat, session });
      if (remembered.size > maxRemembered) forgetOne((other) => other === peer || isHere(other));
      return seat;
    },
    handOver(from, to) {
      const holder = remembered.get(from);
      if (holder !== undefined && !remembered.has(to)) give(to, holder);
    },
    resume() {
      resumed = true;
    },
  };
}
