import { dueTime } from "./issue.ts";
import type { RoomState } from "./room-state.ts";

/** A room of which nothing else is due looks around after so long. */
const lookAroundMs = 30_000;

/** Until when an empty room is remembered for those who may yet come back to a run that one of them has told of. */
export function keptUntil({ roster, pacing }: RoomState): number {
  return roster.gatherSince === null ? Number.NEGATIVE_INFINITY : roster.gatherSince + pacing.gatherLimitMs;
}

/** Nobody has a living socket, nobody's place is kept, and nobody has told of a run whose other peers may yet come. */
export function isEmpty(room: RoomState, now: number): boolean {
  return room.connections.size === 0 && room.participants.size === 0 && now >= keptUntil(room);
}

/**
 * When a room is to be woken: the earliest of all that ends by itself. A room that is not empty always is to be, at the latest after a
 * while: nothing that it keeps may depend on somebody's coming. null: it is empty.
 */
export function nextDeadline(room: RoomState, now: number): number | null {
  if (isEmpty(room, now)) return null;
  if (now >= room.looksAt) room.looksAt = now + lookAroundMs;
  const { roster } = room;
  const never = Number.POSITIVE_INFINITY;
  const kept = keptUntil(room);
  return Math.min(
    room.looksAt,
    dueTime(roster) ?? never,
    roster.forgiveAt,
    roster.livenessProbe?.until ?? never,
    now < kept && room.connections.size === 0 ? kept : never,
  );
}
