import type { Tip } from "../../base/tip.ts";
import type { PeerId } from "../../base/transport.ts";
import { compareVersions, type Version } from "../../base/version.ts";
import type { ClientMessage } from "../protocol/messages.ts";
import type { RunDescription } from "../protocol/run-description.ts";
import { admit } from "../roster/admission.ts";
import type { Effect } from "../roster/effects.ts";
import { probeLiveness } from "../roster/liveness-probe.ts";
import { observeVersion } from "../roster/observe-version.ts";
import { patientStartMs } from "../roster/pacing.ts";
import type { ConnectionId, Participant } from "../roster/participant.ts";
import { askForCandidates } from "../roster/rejoin-window.ts";
import { partingsOf } from "../roster/reunion.ts";
import { askLatecomer, learn } from "../roster/root-election.ts";
import { committed, control, markStale, type Parting, type Roster } from "../roster/roster.ts";
import type { Seats } from "../roster/seats.ts";
import { hello, refuse } from "./arrival.ts";
import { isEmpty, keptUntil, nextDeadline } from "./deadlines.ts";
import { disconnected, endSilent, leave, remove } from "./departure.ts";
import { issueIfDue } from "./issue.ts";
import { forgiveLosses, reportLoss } from "./losses.ts";
import { createRoomState, drop, type RoomOptions, type RoomState, send } from "./room-state.ts";
import { type ElectionState, electionState, type RosterState, rosterState } from "./states.ts";
import { tellWaiting } from "./waiting.ts";

export type RoomEvent =
  | { readonly kind: "connected"; readonly connection: ConnectionId; readonly session?: string }
  | { readonly kind: "message"; readonly connection: ConnectionId; readonly message: ClientMessage }
  | { readonly kind: "disconnected"; readonly connection: ConnectionId }
  /** A peer leaves by a beacon; its session proves who it is. */
  | { readonly kind: "left"; readonly peer: PeerId; readonly session: string }
  | { readonly kind: "tick" };

/** The machine of one room: who is here, in which order they sum, and which run they share. No I/O. */
export interface Room {
  /** `now`: milliseconds, never going back. */
  handle(event: RoomEvent, now: number): readonly Effect[];
  view(): RoomView;
  /** After the last event. */
  states(): RoomStates;
  readonly seats: Seats;
  /** See `partingsOf`. */
  partings(): readonly Parting[] | null;
  /** No connection, and, where rounds may have been committed, none for longer than clients wait between two attempts: a hello may begin another run. */
  isDeserted(now: number): boolean;
  /** No connection, no kept place, and no resumed run to wait for: the room may be dropped. */
  isEmpty(now: number): boolean;
}

/** See the tables in `states.ts`. */
export interface RoomStates {
  readonly roster: RosterState;
  readonly election: ElectionState;
}

export interface RoomView {
  /** Of the roster in force, in tree order. */
  readonly version: Version;
  readonly members: readonly PeerId[];
  readonly running: boolean;
  /** Where the root last said the run stands. */
  readonly tip: Tip | null;
  readonly description: RunDescription | null;
  /** Peers with a living socket that said hello. */
  readonly connected: number;
  /** Connected, or away with a kept place. */
  readonly peers: number;
}

/** An empty room. Its first hello sets its run. */
export function createRoom(options: RoomOptions): Room {
  const state = createRoomState(options);
  const { participants, connections, roster } = state;
  let wakeAt: number | null = null;

  return {
    handle(event, now) {
      const before = [...forgiveLosses(roster, now), ...dispatch(state, event, now), ...endSilent(state, now)];
      const effects = [...before, ...askForCandidates(roster, now), ...issueIfDue(roster, now)];
      effects.push(...tellWaiting(roster, now));
      const due = nextDeadline(state, now);
      if (due !== null && (due !== wakeAt || event.kind === "tick")) effects.push({ kind: "wake", at: due });
      wakeAt = due;
      return effects;
    },
    states: () => ({ roster: rosterState(roster), election: electionState(roster) }),
    seats: state.seats,
    partings: () => partingsOf(roster),
    view() {
      const connected = [...participants.values()].reduce(
        (sum, participant) => sum + (participant.connection === null ? 0 : 1),
        0,
      );
      const { version, order, running } = roster.issued;
      return {
        version,
        members: order,
        running,
        tip: roster.rootTip,
        description: state.description,
        connected,
        peers: participants.size,
      };
    },
    isDeserted(now) {
      if (connections.size > 0) return false;
      return !mayHaveRounds(roster) || now >= Math.max(state.vacantSince + patientStartMs, keptUntil(state));
    },
    isEmpty: (now) => isEmpty(state, now),
  };
}

/** Whether rounds were committed, or may have been without a report. */
function mayHaveRounds({ rootTip, recent, gatherSince }: Roster): boolean {
  return rootTip !== null || recent.length > 0 || gatherSince !== null;
}

function dispatch(room: RoomState, event: RoomEvent, now: number): readonly Effect[] {
  const { participants, connections } = room;
  if (event.kind === "tick") return [];
  if (event.kind === "disconnected") {
    disconnected(room, event.connection, now);
    return [];
  }
  if (event.kind === "left") {
    const participant = participants.get(event.peer);
    return participant !== undefined && participant.session === event.session ? leave(room, participant, now) : drop(room);
  }
  const { connection } = event;
  const entry = connections.get(connection);
  if (event.kind === "connected") {
    if (entry === undefined) connections.set(connection, { session: event.session ?? "", participant: null });
    return [];
  }
  if (entry === undefined) return drop(room);
  if (entry.participant !== null) return hear(room, entry.participant, event.message, now);
  return event.message.kind === "hello" ? hello(room, { connection, session: entry.session }, event.message, now) : drop(room);
}

/** What a peer that has said hello says. */
function hear(room: RoomState, participant: Participant, message: ClientMessage, now: number): readonly Effect[] {
  const { roster, participants } = room;
  if (participant.isSilent && roster.livenessProbe !== null) roster.livenessProbe.heardAt = now;
  participant.isSilent = false;
  switch (message.kind) {
    case "hello":
      return drop(room);
    case "ready":
      return ready(room, participant, message, now);
    case "signal": {
      const to = participants.get(message.to);
      const isReachable = to !== undefined && to !== participant && to.connection !== null;
      return isReachable ? send(to, { kind: "signal", from: participant.member.peer, data: message.data }) : drop(room);
    }
    case "report":
      return reportLoss(roster, participant, message, now) ?? drop(room);
    case "stuck":
      return probeLiveness(roster, participant, message.version, now) ?? drop(room);
    case "committed":
      return committed(roster, participant, { tip: message.tip, now }) ? [] : drop(room);
    case "control":
      return control(roster, participant, { running: message.running, now }) ? [] : drop(room);
    case "leave":
      if (message.tip !== undefined) learn(roster, message.tip, participant.member.peer);
      participant.lastWord = message.tip ?? null;
      return leave(room, participant, now);
  }
}

type Ready = Extract<ClientMessage, { kind: "ready" }>;

function ready(room: RoomState, participant: Participant, message: Ready, now: number): readonly Effect[] {
  const { roster } = room;
  const { digest } = room.description!;
  if (message.digest !== digest) {
    const reason = `expected the run with digest ${digest}, got ${message.digest}: another release of Copse?`;
    remove(room, participant, now);
    return refuse(room, participant.connection!, { reason, afterMs: null });
  }
  participant.tip = message.tip;
  participant.isOver = message.over === true;
  const isFirst = participant.saidAt === Number.NEGATIVE_INFINITY;
  participant.saidAt = now;
  if (message.promise !== undefined && compareVersions(message.promise, participant.reported) > 0) {
    participant.reported = message.promise;
    observeVersion(roster, now);
  }
  participant.promise = message.promise ?? null;
  learn(roster, message.tip, participant.member.peer);
  admit(roster, participant, now);
  if (message.needsRoster === true && participant.placed) markStale(roster, now);
  return isFirst && message.promise === undefined ? askLatecomer(roster, participant) : [];
}
