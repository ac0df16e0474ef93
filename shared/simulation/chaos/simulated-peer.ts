import type { Hash } from "../../base/hash.ts";
import type { PeerId } from "../../base/transport.ts";
import type { Peer } from "../../peer/peer.ts";
import type { InspectedMachines } from "../../peer/step.ts";
import type { PeerReport } from "../../run/report.ts";
import type { ClientMessage } from "../../signaling/protocol/messages.ts";
import type { TopologyName } from "../../tree/topologies.ts";
import { placeOf } from "../../tree/tree.ts";
import type { PeerMessage } from "../../wire/messages.ts";
import type { Gate } from "../network/gate.ts";
import type { MemoryStore } from "../network/memory-store.ts";

/** Where a peer is in its round, as seen from outside. */
export const phases = ["joining", "training", "collecting", "reported", "down"] as const;
export type Phase = (typeof phases)[number];

/** What a peer that lies makes of what it was about to say. */
export interface Forgery {
  toServer?(message: ClientMessage): ClientMessage;
  toPeer?(message: PeerMessage): PeerMessage;
  /** To peers, of what `toPeer` made. */
  garble?(bytes: Uint8Array): Uint8Array;
}

/** A peer and what is known of it without asking it. */
export interface SimulatedPeer {
  readonly id: PeerId;
  /** For people: p0, p1 … */
  readonly name: string;
  readonly peer: Peer;
  /** To be read; null before anything has happened to its rounds. */
  machines: InspectedMachines | null;
  readonly gate: Gate;
  /** The last roster that it was told. */
  roster: readonly PeerId[];
  position: number | null;
  /** To whom it has a link, or dials one. */
  readonly linked: Set<PeerId>;
  isTraining: boolean;
  /** The tip for whose round it sent a part up. */
  reportedFor: Hash | null;
  /** Its training takes so many times as long. */
  slowness: number;
  readonly store: MemoryStore;
  /** Whether it has any of the run, be it by its checkpoint. */
  readonly hasRounds: boolean;
  /** It says and does nothing more of itself. */
  isOver: boolean;
  /** Why it ended by itself, if it did. */
  refused: string | null;
  /** null: it is honest. */
  forgery: Forgery | null;
}

/** Those who live. */
type SimulatedPeers = ReadonlyMap<PeerId, SimulatedPeer>;

/** What a peer tells of itself is known of it. */
export function note(simulated: SimulatedPeer, told: PeerReport): void {
  if (told.type === "roster") {
    simulated.roster = told.members.map(({ peer }) => peer);
    simulated.position = told.position;
  }
  if (told.type === "lost" || (told.type === "link" && told.state === "closed")) simulated.linked.delete(told.peer);
  else if (told.type === "link") simulated.linked.add(told.peer);
  if (told.type === "refused") simulated.refused = told.reason;
}

/** The furthest round that any of them has committed. */
export function furthestOf(simulatedPeers: SimulatedPeers): number {
  let round = 0;
  for (const { peer } of simulatedPeers.values()) round = Math.max(round, peer.tip?.round ?? 0);
  return round;
}

/** Those with a tree edge to it by its own roster; of an observer, those that it has a link to. */
export function neighborsOf(
  { roster, position, linked }: SimulatedPeer,
  simulatedPeers: SimulatedPeers,
  tree: TopologyName,
): SimulatedPeer[] {
  if (position === null) return [...linked].flatMap((id) => simulatedPeers.get(id) ?? []);
  const { parent, children } = placeOf(tree, position, roster.length);
  const positions = parent === null ? children : [parent, ...children];
  return positions.flatMap((at) => simulatedPeers.get(roster[at]!) ?? []);
}

export function phaseOf(
  { peer, position, isTraining, reportedFor, roster }: SimulatedPeer,
  simulatedPeers: SimulatedPeers,
): Phase {
  const { tip } = peer;
  if (position === null || tip === null) return "joining";
  if (position === 0 && roster.some((id) => (simulatedPeers.get(id)?.peer.tip?.round ?? tip.round) < tip.round)) return "down";
  if (reportedFor === tip.hash) return furthestOf(simulatedPeers) > tip.round ? "down" : "reported";
  return isTraining ? "training" : "collecting";
}
