import type { PeerId } from "../../shared/base/transport.ts";
import type { Member } from "../../shared/signaling/protocol/messages.ts";

/** "peer 3 (Chrome on Linux)": by its seat, which no other has, and its label; the beginning of its id if it is no member. */
export function peerName(members: readonly Member[], peer: PeerId): string {
  const member = members.find((candidate) => candidate.peer === peer);
  if (member === undefined) return `peer ${peer.slice(0, 6)}`;
  return `peer ${member.seat}${member.label === "" ? "" : ` (${member.label})`}`;
}
