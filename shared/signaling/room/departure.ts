import type { Effect } from "./effects.ts";
import { silentSince } from "./liveness-probe.ts";
import type { ConnectionId, Participant } from "./participant.ts";
import type { RoomState } from "./room-state.ts";
import { away, forget, unplace } from "./roster.ts";

/** A peer leaves for good: nobody keeps its place. */
export function leave(room: RoomState, participant: Participant, now: number): readonly Effect[] {
  const { connection } = participant;
  if (connection !== null) room.connections.delete(connection);
  room.roster.dismissed.delete(participant.member.peer);
  remove(room, participant, now);
  return connection === null ? [] : [{ kind: "close", connection }];
}

/** A socket is gone: a member may come back to its place until the next roster goes out. */
export function disconnected(room: RoomState, connection: ConnectionId, now: number): void {
  const participant = room.connections.get(connection)?.participant ?? null;
  room.connections.delete(connection);
  if (participant === null) return;
  participant.connection = null;
  room.vacantSince = now;
  if (participant.placed) away(room.roster, now);
  else remove(room, participant, now);
}

/** Takes a participant out of the room. */
export function remove({ roster }: RoomState, participant: Participant, now: number): void {
  unplace(roster, participant, now);
  forget(roster, participant.member.peer);
}

/** Ends the connections of those who were asked and are silent: they are away, and connect again when they wake. */
export function endSilent(room: RoomState, now: number): readonly Effect[] {
  const silent = silentSince(room.roster, now);
  // No commit is to be waited for.
  if (silent.length > 0) room.roster.urgent = true;
  for (const connection of silent) disconnected(room, connection, now);
  return silent.map((connection) => ({ kind: "close", connection }));
}
