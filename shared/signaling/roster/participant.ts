import type { Tip } from "../../base/tip.ts";
import type { PeerId } from "../../base/transport.ts";
import type { Version } from "../../base/version.ts";
import type { ClientMessage, Member } from "../protocol/messages.ts";

/** Identifies one connection; chosen by the transport. */
export type ConnectionId = string;

/** Where a returning peer stood in the roster of a server that forgot it. */
export type PreviousPlace = NonNullable<Extract<ClientMessage, { kind: "hello" }>["previousPlace"]>;

/** What the room knows of one peer that said hello. */
export interface Participant {
  readonly member: Member;
  /** A secret of the client's, which lets a new connection take over from one that the server has not yet seen die. */
  readonly session: string;
  readonly previousPlace: PreviousPlace | null;
  /** The newest roster version that it reported: it takes no older one. */
  reported: Version;
  /** The name under which it came back after a restart; null while it has not. */
  successor: PeerId | null;
  /** null while it is away: the socket is gone, and the place is kept until the next roster. */
  connection: ConnectionId | null;
  /** Whether it has said nothing since the last liveness probe. */
  isSilent: boolean;
  /** The tip it last reported with the right digest; null before that. */
  tip: Tip | null;
  /** Whether it said with its last `ready` that all rounds of the run are committed where it stands. */
  isOver: boolean;
  /** When it last said ready (ms). */
  saidAt: number;
  /** The newest roster version under which it promised to give nothing; null: none. */
  promise: Version | null;
  /** Whether it is a member of the roster that is being prepared. */
  placed: boolean;
  /** For an observer: who gives it a snapshot. */
  donor: PeerId | null;
  /** Peers that it could not reach, each with the time (ms) at which that expires. With `maxUnreached` of them it only watches. */
  readonly unreached: Map<PeerId, number>;
  /** How often losses of it have expired: the next one lasts twice as long. */
  forgiven: number;
  /** The tip that it left with; null while it is here. */
  lastWord: Tip | null;
  /** The wait that it was last told of. */
  waitsFor: string | null;
  /** The counter of the roster in which no place was found for it; it is tried again under a later one. */
  unplacedAt: number;
}

/** With this many peers that it could not reach, a participant's own network is taken to be at fault. */
export const maxUnreached = 4;

/** Whether it has a socket and can play the run, i.e. may be in a roster. */
export function isPresent(participant: Participant): boolean {
  return participant.connection !== null && participant.tip !== null;
}

/** What a person is told whose peer cannot be placed in the tree. */
export function unreachableText(participant: Participant): string {
  const count = participant.unreached.size;
  const whom = count === 1 ? "the one peer that was tried" : `any of the ${count} peers that were tried`;
  return (
    `could not open a direct connection to ${whom}, so this peer only watches; networks with strict NAT need a TURN ` +
    "server: start the signaling server with --ice turn:user:password@host:port, then reload"
  );
}
