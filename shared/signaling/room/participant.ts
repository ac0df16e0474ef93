import type { Tip } from "../../base/tip.ts";
import type { PeerId } from "../../base/transport.ts";
import type { Version } from "../../base/version.ts";
import type { ClientMessage, Member } from "../protocol/messages.ts";

/** A name for one socket, given by whoever carries the messages. */
export type ConnectionId = string;

/** Where a returning peer stood in the roster of a server that forgot it. */
export type PreviousPlace = NonNullable<Extract<ClientMessage, { kind: "hello" }>["previousPlace"]>;

/** What the room knows of one peer that said hello. */
export interface Participant {
  readonly member: Member;
  /** A secret of the client's, which lets a new connection take over from one that the server has not yet seen die. */
  readonly session: string;
  readonly previousPlace: PreviousPlace | null;
  /** The newest roster that it says it has: it takes none that is older. */
  reported: Version;
  /** Its next life, in which it came back under another name: it will not come back under this one. */
  successor: PeerId | null;
  /** null while the peer is away: its socket is gone and the roster has not yet been changed. */
  connection: ConnectionId | null;
  /** Whether it has said nothing since it was last asked whether it is here. */
  isSilent: boolean;
  /** The tip it last reported with the right digest; null before that. */
  tip: Tip | null;
  /** Whether it said with its last `ready` that all rounds of the run are committed where it stands. */
  isOver: boolean;
  /** When it said so (ms). */
  saidAt: number;
  /** The last roster under which it has promised to give nothing more; null: none. */
  promise: Version | null;
  /** In the order of the roster that is being prepared. */
  placed: boolean;
  /** For an observer: who gives it a snapshot. */
  donor: PeerId | null;
  /** Peers to which no direct link opened, and until when (ms) that is believed. At `maxUnreached` the participant only watches. */
  readonly unreached: Map<PeerId, number>;
  /** How often such a belief has ended since it came: the next one lasts the longer. */
  forgiven: number;
  /** Where it said that it stood when it left; null while it is here. */
  lastWord: Tip | null;
  /** What it was told that the next roster waits for. */
  waitsFor: string | null;
  /** The roster's counter when no place was found for it; it may try again under a later one. */
  unplacedAt: number;
}

/** After so many distinct peers that could not be reached the fault is taken to be the peer's own network. */
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
