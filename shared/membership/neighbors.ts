import type { PeerId } from "../base/transport.ts";
import type { TreePosition } from "../reduce/all-reduce-types.ts";
import type { RosterMessage } from "../signaling/protocol/messages.ts";
import { backupsOf } from "../tree/backup-links.ts";
import type { TopologyName } from "../tree/topologies.ts";
import { placeOf } from "../tree/tree.ts";

/** What a roster means to one peer. */
export interface Neighborhood {
  readonly roster: RosterMessage;
  /** null for an observer. */
  readonly treePosition: TreePosition | null;
  readonly parent: PeerId | null;
  readonly children: readonly PeerId[];
  /** To whom there is an idle link, for when a parent is lost: who would take this peer in first. */
  readonly backups: readonly BackupLink[];
  /** Who gives an observer its snapshot; null for a member. */
  readonly donor: PeerId | null;
}

export interface BackupLink {
  readonly peer: PeerId;
  readonly position: number;
}

/** Everyone computes its own place from the same roster. */
export function neighborhoodOf(roster: RosterMessage, self: PeerId, tree: TopologyName): Neighborhood {
  const position = roster.members.findIndex(({ peer }) => peer === self);
  if (position < 0) return { roster, treePosition: null, parent: null, children: [], backups: [], donor: roster.donor };
  const members = roster.members.length;
  const place = placeOf(tree, position, members);
  const peerAt = (at: number): PeerId => roster.members[at]!.peer;
  return {
    roster,
    treePosition: { version: roster.version, position, members, place, tree },
    parent: place.parent === null ? null : peerAt(place.parent),
    children: place.children.map(peerAt),
    backups: backupsOf(tree, position, members).map((at) => ({ peer: peerAt(at), position: at })),
    donor: null,
  };
}
