import { dueTime } from "./issue.ts";
import type { RoomState } from "./room-state.ts";

/** A room that is not empty is woken at least this often. */
const lookAroundMs = 30_000;

/** Until when a room without participants is kept for the peers of a resumed run. */
export function keptUntil({ roster, pacing }: RoomState): number {
  return roster.gatherSince === null ? Number.NEGATIVE_INFINITY : roster.gatherSince + pacing.gatherLimitMs;
}

/** Whether there is no connection, no kept place, and no resumed run to wait for. */
export function isEmpty(room: RoomState, now: number): boolean {
  return room.connections.size === 0 && room.participants.size === 0 && now >= keptUntil(room);
}

/**
 * When a room is to be woken: the earliest of its deadlines. A room that is not empty always has one, so that nothing it keeps depends on
 * a client. null: the room is empty.
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
