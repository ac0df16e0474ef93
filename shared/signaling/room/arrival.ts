import type { PeerId } from "../../base/transport.ts";
import { compareVersions, noVersion, type Version } from "../../base/version.ts";
import type { ClientMessage } from "../protocol/messages.ts";
import { otherConfiguration } from "../protocol/refusals.ts";
import type { RunDescription } from "../protocol/run-description.ts";
import { resume } from "../roster/admission.ts";
import { comebackMs, type Effect, type RefusalCause, refusal } from "../roster/effects.ts";
import { observeVersion } from "../roster/observe-version.ts";
import type { ConnectionId, Participant } from "../roster/participant.ts";
import { learn } from "../roster/root-election.ts";
import { forgetLosses, type Roster } from "../roster/roster.ts";
import { findDonors, rosterTo } from "./broadcast.ts";
import { disconnected } from "./departure.ts";
import { type RoomState, send } from "./room-state.ts";

type Hello = Extract<ClientMessage, { kind: "hello" }>;

/** A connection that has not said hello, and its client's secret. */
interface Caller {
  readonly connection: ConnectionId;
  readonly session: string;
}

/** The notice to a participant whose reported version is not believed. */
const unconfirmedText =
  "this peer has a roster that is newer than what this server says, and that nobody else here tells of, so it takes no other: the " +
  "server's clock may have been set back. Reload the page, or start the peer again; it goes on from what it has saved";

/** Counts a refusal, and ends the connection with one sentence. */
export function refuse(room: RoomState, connection: ConnectionId, problem: RefusalCause): readonly Effect[] {
  room.counters.refused += 1;
  room.connections.delete(connection);
  return refusal(connection, problem);
}

/** Handles a hello: of a new peer, of one that is back on another connection, or of a restarted one under another name. */
export function hello(room: RoomState, caller: Caller, message: Hello, now: number): readonly Effect[] {
  const { participants, connections, roster } = room;
  const { connection, session } = caller;
  const known = participants.get(message.peer);
  const problem = problemWith(room, message, { known, session, now });
  if (problem !== null) return refuse(room, connection, problem);
  room.description ??= open(room, message.description);
  heedPreviousPlace(room, message, now);
  const ended = known === undefined ? succeed(room, message.peer, session, now) : [];
  const replaced = known?.connection ?? null;
  if (known !== undefined && replaced !== null) {
    connections.delete(replaced);
    // A status request to the old connection will not be answered.
    known.connection = null;
  }
  const participant = enter(room, caller, message, known);
  forgetLosses(roster, message.peer);
  participants.set(message.peer, participant);
  connections.set(connection, { session, participant });
  observeVersion(roster, now);
  const { iceServers, description } = room;
  return [
    ...ended,
    ...(replaced === null ? [] : [{ kind: "close", connection: replaced } as const]),
    ...send(participant, { kind: "welcome", seat: participant.member.seat, description, iceServers: [...iceServers] }),
    ...rosterTo(roster, participant),
    ...(isUnconfirmed(roster, participant) ? send(participant, { kind: "notice", text: unconfirmedText }) : []),
    ...(known === undefined ? [] : findDonors(roster)),
  ];
}

/** Why it may not come in; null if it may. */
function problemWith(
  room: RoomState,
  message: Hello,
  { known, session, now }: { readonly known: Participant | undefined; readonly session: string; readonly now: number },
): RefusalCause | null {
  const { participants, maxPeers, description, seats, roster } = room;
  const mayTakeOver = known === undefined || (known.session === session && (known.connection === null || session !== ""));
  if (!mayTakeOver || !seats.mayBear(message.peer, session)) {
    const reason = `expected a peer name of its own, got ${message.peer}, which is in this room already`;
    return { reason, afterMs: comebackMs };
  }
  if (known === undefined && participants.size >= maxPeers)
    return { reason: `this room is full: it has ${participants.size} peers, as many as a room may have`, afterMs: comebackMs };
  const digest = room.hashOf(message.description.run);
  if (digest !== message.description.digest) {
    const reason = `this hello cannot be used: description.digest: expected ${digest}, which is that of its run, got ${message.description.digest}`;
    return { reason, afterMs: null };
  }
  const knowsNothing = !message.insists && message.tip === null && message.previousPlace === undefined;
  if (description === null && knowsNothing && now < roster.startsAt) {
    // Its defaults would become the room's run, and returning peers of the real run would be refused.
    const reason = "this server has just started, and those who know the settings of this room may yet come back";
    return { reason, afterMs: Math.ceil(roster.startsAt - now) };
  }
  if (description === null || !message.insists || description.digest === digest) return null;
  return { reason: otherConfiguration, afterMs: null, room: description };
}

/** The first hello sets the room's run. */
function open({ roster }: RoomState, description: RunDescription): RunDescription {
  roster.tree = description.tree;
  roster.startAt = description.startAt;
  return description;
}

function enter({ participants, seats }: RoomState, caller: Caller, message: Hello, known: Participant | undefined): Participant {
  const isHere = (peer: PeerId): boolean => participants.has(peer);
  return {
    member: {
      peer: message.peer,
      label: message.label,
      seat: seats.take(message.peer, { ...caller, previousSeat: message.previousPlace?.seat, isHere }),
    },
    ...caller,
    previousPlace: message.previousPlace ?? null,
    reported: [message.tip?.version, message.previousPlace?.version, known?.reported].reduce<Version>(newer, noVersion),
    successor: null,
    // A returning peer keeps its tip and place until its `ready` says otherwise.
    tip: known?.tip ?? null,
    isOver: known?.isOver ?? false,
    isSilent: false,
    saidAt: Number.NEGATIVE_INFINITY,
    promise: null,
    placed: known?.placed ?? false,
    donor: null,
    unreached: new Map(),
    forgiven: 0,
    lastWord: null,
    waitsFor: null,
    unplacedAt: -1,
  };
}

/**
 * Recognizes a restarted peer: another name with the session of a participant. It takes over the seat. The participant under the old name
 * counts as away, and its connection ends.
 */
function succeed(room: RoomState, peer: PeerId, session: string, now: number): readonly Effect[] {
  const effects: Effect[] = [];
  const lives = session === "" ? [] : [...room.participants.values()].filter((participant) => participant.session === session);
  for (const life of lives) {
    room.seats.handOver(life.member.peer, peer);
    life.successor = peer;
    const { connection } = life;
    if (connection === null) continue;
    effects.push({ kind: "close", connection });
    disconnected(room, connection, now);
  }
  return effects;
}

const newer = (a: Version, b: Version | undefined): Version => (b !== undefined && compareVersions(b, a) > 0 ? b : a);

/** Whether no roster of this room is going to be newer than the one that this participant reports. A restarted peer accepts any. */
function isUnconfirmed({ issued, newestVersion }: Roster, { reported, previousPlace }: Participant): boolean {
  return previousPlace?.position !== null && compareVersions(reported, newer(issued.version, newestVersion)) > 0;
}

/** Resumes the run that a peer with committed rounds, or with a place in a roster, brings to a server that has forgotten it. */
function heedPreviousPlace({ roster, seats }: RoomState, { peer, tip, previousPlace }: Hello, now: number): void {
  const isMember = typeof previousPlace?.position === "number" && previousPlace.members > 1;
  const hasWatched = previousPlace?.places?.some(({ position }) => position === null) === true;
  // One without rounds: members that it knows of may have some.
  if (!roster.started && (isMember || hasWatched)) roster.gatherSince ??= now;
  roster.largest = Math.max(roster.largest, previousPlace?.members ?? 0);
  if (tip === null || tip.round === 0) return;
  learn(roster, tip, peer);
  if (roster.started) return;
  resume(roster, tip, now);
  seats.resume();
}
