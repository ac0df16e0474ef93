import type { LinkTraffic, Loss, PeerId } from "../../../shared/base/transport.ts";
import type { LinkReport } from "../../../shared/run/report.ts";
import type { Member } from "../../../shared/signaling/protocol/messages.ts";
import { backupsOf } from "../../../shared/tree/backup-links.ts";
import type { TopologyName } from "../../../shared/tree/topologies.ts";
import { placeOf } from "../../../shared/tree/tree.ts";

export type LinkState = "dialling" | "open" | "lost";

/** The state of one of this tab's links, from its reports and the last measurement. */
export interface LinkStanding extends Omit<LinkReport, "type" | "peer" | "state"> {
  readonly state: LinkState;
}

/** `donor`: gives this observer the model. `no member`: an observer that this tab gives it to, or a peer that is away. `former`: a neighbor under a former roster. */
export type LinkRole = "parent" | "child" | "backup" | "donor" | "former" | "no member";

type Links = ReadonlyMap<PeerId, LinkStanding>;

interface Roster {
  readonly members: readonly Member[];
  readonly position: number | null;
}

/** The role of each neighbor of the member at `position`. */
export function neighborsIn(
  { members, position }: Roster,
  tree: TopologyName,
): ReadonlyMap<PeerId, "parent" | "child" | "backup"> {
  const found = new Map<PeerId, "parent" | "child" | "backup">();
  if (position === null) return found;
  const { parent, children } = placeOf(tree, position, members.length);
  for (const at of backupsOf(tree, position, members.length)) found.set(members[at]!.peer, "backup");
  if (parent !== null) found.set(members[parent]!.peer, "parent");
  for (const at of children) found.set(members[at]!.peer, "child");
  return found;
}

export function roleOf(roster: Roster, tree: TopologyName, peer: PeerId): LinkRole {
  if (roster.position === null) return "donor";
  const isMember = roster.members.some((member) => member.peer === peer);
  return neighborsIn(roster, tree).get(peer) ?? (isMember ? "former" : "no member");
}

/** The links after a report. */
export function withReport(links: Links, report: Omit<LinkReport, "type">): Links {
  const { peer, state, isBackup, path, rttMs, attempts, reason } = report;
  const changed = new Map(links);
  if (state !== "closed") changed.set(peer, { state, isBackup, path, rttMs, attempts, reason });
  else if (changed.get(peer)?.state !== "lost") changed.delete(peer); // a lost link is also reported as closed, and stays marked as lost
  return changed;
}

/** The links after the loss of one that was open, or that did not open. */
export function withLoss(links: Links, peer: PeerId, { reason }: Loss): Links {
  const { state = "open", isBackup = false, attempts: before = 0 } = links.get(peer) ?? {};
  const attempts = state === "open" ? 0 : before;
  return new Map(links).set(peer, { state: "lost", isBackup, path: null, rttMs: null, attempts, reason });
}

/** The links with the measurements of the open ones. */
export function withTraffic(links: Links, traffic: readonly LinkTraffic[]): Links {
  const changed = new Map(links);
  for (const { peer, open, path, rttMs } of traffic) {
    const before = changed.get(peer);
    if (before?.state === "open" && open) changed.set(peer, { ...before, path, rttMs });
  }
  return changed;
}

/** The links without those that are not open and not wanted by the new roster. An observer keeps those to present members: the roster does not name its donor. */
export function withRoster(links: Links, roster: Roster, tree: TopologyName): Links {
  const wanted = neighborsIn(roster, tree);
  const present = new Set(roster.members.map(({ peer }) => peer));
  const isKept = (peer: PeerId): boolean => (roster.position === null ? present.has(peer) : wanted.has(peer));
  return new Map([...links].filter(([peer, { state }]) => state === "open" || isKept(peer)));
}
