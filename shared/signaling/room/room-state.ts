import type { Hash } from "../../base/hash.ts";
import type { PeerId } from "../../base/transport.ts";
import type { IceServer, ServerMessage } from "../protocol/messages.ts";
import type { RunDescription } from "../protocol/run-description.ts";
import type { Counters, Effect } from "../roster/effects.ts";
import { defaultPacing, type Pacing } from "../roster/pacing.ts";
import type { ConnectionId, Participant } from "../roster/participant.ts";
import { createRoster, type Parting, type Roster } from "../roster/roster.ts";
import { createSeats, type Seats } from "../roster/seats.ts";

/** Peers of one room, members and observers: what the schema of a roster allows. */
export const maxPeersPerRoom = 4096;

export interface RoomOptions {
  /** First half of every version: greater than that of any room of this name before. Milliseconds since 1970 will do. */
  readonly epoch: number;
  readonly iceServers: readonly IceServer[];
  /** Of a run's text. */
  readonly hashOf: (text: string) => Hash;
  readonly pacing?: Partial<Pacing>;
  /** When the server started, on the clock that `handle` is given; long ago where absent. */
  readonly bornAt?: number;
  readonly maxPeers?: number;
  /** Who may have rounds of the run that ended before in a room of this name; null: not known. */
  readonly absentees?: readonly Parting[] | null;
  /** Seats and names of the room that this one replaces. */
  readonly seats?: Seats;
  /** Counted into, if given. */
  readonly counters?: Counters;
}

/** A socket of the room's. */
interface RoomConnection {
  readonly session: string;
  /** null: no hello yet. */
  readonly participant: Participant | null;
}

/** All that a room knows. */
export interface RoomState {
  readonly iceServers: readonly IceServer[];
  readonly hashOf: (text: string) => Hash;
  readonly maxPeers: number;
  readonly pacing: Pacing;
  readonly counters: Counters;
  readonly participants: Map<PeerId, Participant>;
  readonly connections: Map<ConnectionId, RoomConnection>;
  readonly roster: Roster;
  readonly seats: Seats;
  /** null before the first hello. */
  description: RunDescription | null;
  /** When the last peer's socket went. */
  vacantSince: number;
  /** When the room is woken at the latest. */
  looksAt: number;
}

export function createRoomState(options: RoomOptions): RoomState {
  const { hashOf, iceServers, maxPeers = maxPeersPerRoom, counters = { refused: 0, dropped: 0 } } = options;
  const participants = new Map<PeerId, Participant>();
  const pacing = { ...defaultPacing, ...options.pacing };
  const startsAt = (options.bornAt ?? Number.NEGATIVE_INFINITY) + pacing.startMs;
  return {
    ...{ iceServers, hashOf, maxPeers, pacing, counters, participants },
    connections: new Map(),
    roster: createRoster(options.epoch, participants, { pacing, startsAt, absentees: options.absentees ?? null }),
    seats: options.seats ?? createSeats(),
    description: null,
    vacantSince: Number.NEGATIVE_INFINITY,
    looksAt: Number.NEGATIVE_INFINITY,
  };
}

export function send(participant: Participant, message: ServerMessage): readonly Effect[] {
  return participant.connection === null ? [] : [{ kind: "send", to: [participant.connection], message }];
}

/** Counts a message that its sender may not send. */
export function drop({ counters }: RoomState): readonly Effect[] {
  counters.dropped += 1;
  return [];
}
