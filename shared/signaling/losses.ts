import type { PeerId } from "../transport.ts";
import { rosterTo } from "./broadcast.ts";
import type { Effect } from "./effects.ts";
import { type Guest, maxUnreached, unreachableText } from "./guest.ts";
import { neighboursOf } from "./placement.ts";
import { changed, type Roster, unplace } from "./roster.ts";

/** What a peer says about its link to another. */
export interface LinkReport {
  readonly peer: PeerId;
  readonly loss: "unopened" | "closed" | "broken";
}

/**
 * A peer reports a link that did not open or was lost. Two members that cannot reach each other are parted by the next
 * roster; an observer gets another sponsor at once. A link that was open is the two peers' own to dial again: a peer
 * whose socket is gone leaves the roster anyway.
 * @returns null if the link is none of the reporter's business
 */
export function reportLoss(roster: Roster, reporter: Guest, report: LinkReport, now: number): readonly Effect[] | null {
  const other = roster.guests.get(report.peer);
  if (reporter.sponsor !== null && reporter.sponsor === report.peer) return changeSponsor(roster, reporter, report);
  if (other === undefined || other.sponsor === reporter.member.peer) return [];
  if (!neighboursOf(roster.issued.order, reporter.member.peer, roster.tree).includes(report.peer)) return null;
  if (report.loss !== "unopened" || reporter.unreached.has(report.peer)) return [];
  reporter.unreached.add(report.peer);
  other.unreached.add(reporter.member.peer);
  changed(roster, now);
  return [reporter, other].flatMap((guest) => {
    if (guest.unreached.size < maxUnreached) return [];
    unplace(roster, guest, now);
    return notice(guest);
  });
}

/** Forgets who could not reach a peer that has left or come back with a new connection. */
export function forgetLosses(roster: Roster, peer: PeerId): void {
  for (const guest of roster.guests.values()) guest.unreached.delete(peer);
}

function changeSponsor(roster: Roster, observer: Guest, { peer, loss }: LinkReport): readonly Effect[] {
  if (loss === "unopened") observer.unreached.add(peer);
  observer.sponsor = null;
  const told = observer.unreached.size >= maxUnreached ? notice(observer) : [];
  return [...rosterTo(roster, observer), ...told];
}

/** Why this peer is no member, to itself. */
export function notice(guest: Guest): readonly Effect[] {
  if (guest.connection === null) return [];
  return [{ kind: "send", to: [guest.connection], message: { kind: "notice", text: unreachableText(guest) } }];
}
