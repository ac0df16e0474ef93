import type { PeerId } from "../../base/transport.ts";

/** Peers that may come back, remembered with their seats: two rooms' worth. */
const maxRemembered = 8192;

/** A request for a seat. */
interface SeatRequest {
  /** The secret that it comes with; "" for none. */
  readonly session: string;
  /** The seat that it reports to have had. */
  readonly previousSeat: number | undefined;
  isHere(peer: PeerId): boolean;
}

/**
 * Assigns seat numbers, from which peers derive their parts of the data. A returning peer gets its seat again. A seat and a name are kept
 * for the session with which they were first taken.
 */
export interface Seats {
  /** Whether a name is free, or was first taken with this session. */
  mayBear(peer: PeerId, session: string): boolean;
  /**
   * `previousSeat` is granted where it is free and a forgotten run was resumed, or where its holder is gone and had the same session (a
   * restarted peer has a new name) or none.
   */
  take(peer: PeerId, claim: SeatRequest): number;
  /** Passes a seat on to the name under which its holder has come back. */
  handOver(from: PeerId, to: PeerId): void;
  /** A forgotten run was resumed: from here on reported seats are granted where they are free. */
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

  /** Forgets the oldest seat whose holder is absent. */
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
