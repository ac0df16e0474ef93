import type { Tip } from "../../base/tip.ts";
import type { PeerId } from "../../base/transport.ts";
import { compareVersions, type Version } from "../../base/version.ts";
import type { ClientMessage } from "../protocol/messages.ts";
import type { RunDescription } from "../protocol/run-description.ts";
import { admit } from "./admission.ts";
import { hello, refuse } from "./arrival.ts";
import { outdo } from "./belief.ts";
import { isEmpty, nextDeadline } from "./deadlines.ts";
import { disconnected, endSilent, leave, remove } from "./departure.ts";
import type { Effect } from "./effects.ts";
import { askForHeirs } from "./grace.ts";
import type { ConnectionId, Guest } from "./guest.ts";
import { issueIfDue } from "./issue.ts";
import { forgiveLosses, reportLoss } from "./losses.ts";
import { patientStartMs } from "./pacing.ts";
import { partingsOf } from "./reunion.ts";
import { createRoomState, drop, type RoomOptions, type RoomState, send } from "./room-state.ts";
import { committed, control, outworn, type Parting } from "./roster.ts";
import type { Seats } from "./seats.ts";
import { probe } from "./silence.ts";
import { isHeld, learn, where } from "./succession.ts";
import { tellWaiting } from "./waiting.ts";

export type RoomEvent =
  | { readonly kind: "connected"; readonly connection: ConnectionId; readonly session?: string }
  | { readonly kind: "message"; readonly connection: ConnectionId; readonly message: ClientMessage }
  | { readonly kind: "disconnected"; readonly connection: ConnectionId }
  /** A peer leaves by other means than its connection, which may be gone; its secret proves that it is the one. */
  | { readonly kind: "left"; readonly peer: PeerId; readonly session: string }
  | { readonly kind: "tick" };

/** One run's meeting point: who is here, in which order they sum, and which run they share. No I/O. */
export interface Room {
  /** `now`: milliseconds, never going back. */
  handle(event: RoomEvent, now: number): readonly Effect[];
  view(): RoomView;
  readonly seats: Seats;
  /** See `partingsOf`. */
  partings(): readonly Parting[] | null;
  /** Nobody has a living socket, and, where rounds were committed, nobody has had one for longer than clients wait between two attempts. */
  isDeserted(now: number): boolean;
  /** Nobody has a living socket, nobody's place is kept, and nobody has told of a run whose other peers may yet come. */
  isEmpty(now: number): boolean;
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
  /** Connected, or away for so short a time that their place is kept. */
  readonly peers: number;
}

/** An empty room. Its first hello sets its run. */
export function createRoom(options: RoomOptions): Room {
  const state = createRoomState(options);
  const { guests, connections, roster } = state;
  let wakeAt: number | null = null;

  return {
    handle(event, now) {
      const before = [...forgiveLosses(roster, now), ...dispatch(state, event, now), ...endSilent(state, now)];
      const effects = [...before, ...askForHeirs(roster, now), ...issueIfDue(roster, now)];
      effects.push(...tellWaiting(roster, now));
      const due = nextDeadline(state, now);
      if (due !== null && (due !== wakeAt || event.kind === "tick")) effects.push({ kind: "wake", at: due });
      wakeAt = due;
      return effects;
    },
    seats: state.seats,
    partings: () => partingsOf(roster),
    view() {
      const connected = [...guests.values()].reduce((sum, guest) => sum + (guest.connection === null ? 0 : 1), 0);
      const { version, order, running } = roster.issued;
      return {
        version,
        members: order,
        running,
        tip: roster.reach,
        description: state.description,
        connected,
        peers: guests.size,
      };
    },
    isDeserted: (now) => connections.size === 0 && (roster.reach === null || now >= state.vacantSince + patientStartMs),
    isEmpty: (now) => isEmpty(state, now),
  };
}

function dispatch(room: RoomState, event: RoomEvent, now: number): readonly Effect[] {
  const { guests, connections } = room;
  if (event.kind === "tick") return [];
  if (event.kind === "disconnected") {
    disconnected(room, event.connection, now);
    return [];
  }
  if (event.kind === "left") {
    const guest = guests.get(event.peer);
    return guest !== undefined && guest.session === event.session ? leave(room, guest, now) : drop(room);
  }
  const { connection } = event;
  const entry = connections.get(connection);
  if (event.kind === "connected") {
    if (entry === undefined) connections.set(connection, { session: event.session ?? "", guest: null });
    return [];
  }
  if (entry === undefined) return drop(room);
  if (entry.guest !== null) return hear(room, entry.guest, event.message, now);
  return event.message.kind === "hello" ? hello(room, { connection, session: entry.session }, event.message, now) : drop(room);
}

/** What a peer that has said hello says. */
function hear(room: RoomState, guest: Guest, message: ClientMessage, now: number): readonly Effect[] {
  const { roster, guests } = room;
  if (guest.isSilent && roster.probe !== null) roster.probe.heardAt = now;
  guest.isSilent = false;
  switch (message.kind) {
    case "hello":
      return drop(room);
    case "ready":
      return ready(room, guest, message, now);
    case "signal": {
      const to = guests.get(message.to);
      const isReachable = to !== undefined && to !== guest && to.connection !== null;
      return isReachable ? send(to, { kind: "signal", from: guest.member.peer, data: message.data }) : drop(room);
    }
    case "report":
      return reportLoss(roster, guest, message, now) ?? drop(room);
    case "stuck":
      return probe(roster, guest, message.version, now) ?? drop(room);
    case "committed":
      return committed(roster, guest, { tip: message.tip, now }) ? [] : drop(room);
    case "control":
      return control(roster, guest, { running: message.running, now }) ? [] : drop(room);
    case "leave":
      if (message.tip !== undefined) learn(roster, message.tip, guest.member.peer);
      guest.lastWord = message.tip ?? null;
      return leave(room, guest, now);
  }
}

type Ready = Extract<ClientMessage, { kind: "ready" }>;

function ready(room: RoomState, guest: Guest, message: Ready, now: number): readonly Effect[] {
  const { roster } = room;
  const { digest } = room.description!;
  if (message.digest !== digest) {
    const reason = `expected the run with digest ${digest}, got ${message.digest}: another release of Copse?`;
    remove(room, guest, now);
    return refuse(room, guest.connection!, { reason, afterMs: null });
  }
  guest.tip = message.tip;
  guest.isOver = message.over === true;
  const isFirst = guest.saidAt === Number.NEGATIVE_INFINITY;
  guest.saidAt = now;
  if (message.holds !== undefined && compareVersions(message.holds, guest.reported) > 0) {
    guest.reported = message.holds;
    outdo(roster, now);
  }
  guest.holds = message.holds ?? null;
  learn(roster, message.tip, guest.member.peer);
  admit(roster, guest, now);
  if (message.anew === true && guest.placed) outworn(roster, now);
  // The question may have been lost with the connection before.
  return isFirst && message.holds === undefined && isHeld(roster) ? where([guest], roster.asked!.hold) : [];
}
