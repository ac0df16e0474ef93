import type { Effect } from "./effects.ts";
import type { ConnectionId, Guest } from "./guest.ts";
import type { RoomState } from "./room-state.ts";
import { away, forget, unplace } from "./roster.ts";
import { silentSince } from "./silence.ts";

/** A peer leaves for good: nobody keeps its place. */
export function leave(room: RoomState, guest: Guest, now: number): readonly Effect[] {
  const { connection } = guest;
  if (connection !== null) room.connections.delete(connection);
  room.roster.dismissed.delete(guest.member.peer);
  remove(room, guest, now);
  return connection === null ? [] : [{ kind: "close", connection }];
}

/** A socket is gone: a member may come back to its place until the next roster goes out. */
export function disconnected(room: RoomState, connection: ConnectionId, now: number): void {
  const guest = room.connections.get(connection)?.guest ?? null;
  room.connections.delete(connection);
  if (guest === null) return;
  guest.connection = null;
  room.vacantSince = now;
  if (guest.placed) away(room.roster, now);
  else remove(room, guest, now);
}

/** Takes a guest out of the room. */
export function remove({ roster }: RoomState, guest: Guest, now: number): void {
  unplace(roster, guest, now);
  forget(roster, guest.member.peer);
}

/** Ends the connections of those who were asked and are silent: they are away, and connect again when they wake. */
export function endSilent(room: RoomState, now: number): readonly Effect[] {
  const silent = silentSince(room.roster, now);
  // No commit is to be waited for.
  if (silent.length > 0) room.roster.urgent = true;
  for (const connection of silent) disconnected(room, connection, now);
  return silent.map((connection) => ({ kind: "close", connection }));
}
