import type { Effect } from "../roster/effects.ts";
import { silentSince } from "../roster/liveness-probe.ts";
import type { ConnectionId, Participant } from "../roster/participant.ts";
import { vacate } from "../roster/reported-rosters.ts";
import { away, dismiss, forget, unplace } from "../roster/roster.ts";
import type { RoomState } from "./room-state.ts";

/** Removes a participant that left politely; its place is not kept. */
export function leave(room: RoomState, participant: Participant, now: number): readonly Effect[] {
  const { connection } = participant;
  if (connection !== null) room.connections.delete(connection);
  room.roster.dismissed.delete(participant.member.peer);
  if (room.roster.gatherSince !== null) vacate(room.roster, participant.previousPlace?.places ?? []);
  remove(room, participant, now);
  return connection === null ? [] : [{ kind: "close", connection }];
}

/** Handles a lost connection: a member keeps its place until the next roster, anybody else is removed, and may be waited for. */
export function disconnected(room: RoomState, connection: ConnectionId, now: number): void {
  const participant = room.connections.get(connection)?.participant ?? null;
  room.connections.delete(connection);
  if (participant === null) return;
  participant.connection = null;
  room.vacantSince = now;
  if (participant.placed) return away(room.roster, now);
  remove(room, participant, now);
  // It may have been a member, and lost its place in the tree before its connection.
  if (participant.successor === null) dismiss(room.roster, participant.member.peer);
}

/** Takes a participant out of the room. */
export function remove({ roster }: RoomState, participant: Participant, now: number): void {
  unplace(roster, participant, now);
  forget(roster, participant.member.peer);
}

/** Ends the connections of members that did not answer the liveness probe. They count as away, and connect again when they wake. */
export function endSilent(room: RoomState, now: number): readonly Effect[] {
  const silent = silentSince(room.roster, now);
  // The next roster need not wait for a commit.
  if (silent.length > 0) room.roster.urgent = true;
  for (const connection of silent) disconnected(room, connection, now);
  return silent.map((connection) => ({ kind: "close", connection }));
}
