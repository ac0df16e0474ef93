import type { PeerId } from "../../base/transport.ts";
import { admit } from "./admission.ts";
import { rosterTo } from "./broadcast.ts";
import type { Effect } from "./effects.ts";
import { type Guest, isPresent, maxUnreached, unreachableText } from "./guest.ts";
import { neighborsOf } from "./placement.ts";
import { changed, type Roster, unplace } from "./roster.ts";

/** For so long two peers are kept apart that could not reach each other; twice as long each time after that, at most 32 times. */
const apartMs = 20_000;
const mostDoublings = 5;

/** What a peer says about its link to another. */
export interface LinkReport {
  readonly peer: PeerId;
  readonly loss: "unopened" | "closed" | "broken";
}

/**
 * A peer reports a link that did not open, or was open and stays closed. Two members that cannot reach each other are parted by
 * the next roster; an observer gets another donor at once.
 * @returns null if the link is none of the reporter's business
 */
export function reportLoss(roster: Roster, reporter: Guest, report: LinkReport, now: number): readonly Effect[] | null {
  const other = roster.guests.get(report.peer);
  if (reporter.donor !== null && reporter.donor === report.peer) return changeDonor(roster, reporter, report, now);
  if (other === undefined || other.donor === reporter.member.peer) return [];
  if (!neighborsOf(roster.issued.order, reporter.member.peer, roster.tree).includes(report.peer)) return null;
  if (reporter.unreached.has(report.peer)) return [];
  keepApart(roster, reporter, other, now);
  changed(roster, now);
  return [reporter, other].flatMap((guest) => {
    if (guest.unreached.size < maxUnreached) return [];
    // Who is away goes with the next roster, as one that is away.
    if (guest.connection !== null) unplace(roster, guest, now);
    return notice(guest);
  });
}

/** Two cannot reach each other, for now: a signal may have been lost, or a network will heal. */
function keepApart(roster: Roster, a: Guest, b: Guest, now: number): void {
  const until = apartUntil(roster, Math.max(a.forgiven, b.forgiven), now);
  a.unreached.set(b.member.peer, until);
  b.unreached.set(a.member.peer, until);
}

function apartUntil(roster: Roster, forgiven: number, now: number): number {
  const until = now + apartMs * 2 ** Math.min(forgiven, mostDoublings);
  roster.forgiveAt = Math.min(roster.forgiveAt, until);
  return until;
}

/** Ends what has been believed for long enough. Who only watched because of it has a donor, and may be placed, again. */
export function forgiveLosses(roster: Roster, now: number): Effect[] {
  if (now < roster.forgiveAt) return [];
  roster.forgiveAt = Number.POSITIVE_INFINITY;
  let isAny = false;
  for (const guest of roster.guests.values()) {
    const before = guest.unreached.size;
    for (const [peer, until] of guest.unreached) {
      if (until <= now) guest.unreached.delete(peer);
      else roster.forgiveAt = Math.min(roster.forgiveAt, until);
    }
    if (guest.unreached.size === before) continue;
    guest.forgiven += 1;
    isAny = true;
  }
  // For whom there was no place there may be one now, whoever's belief it was that ended.
  const apart = isAny ? [...roster.guests.values()].filter(({ placed }) => !placed) : [];
  return apart.flatMap((guest) => {
    guest.unplacedAt = -1;
    const told = rosterTo(roster, guest);
    if (isPresent(guest)) admit(roster, guest, now);
    return told;
  });
}

function changeDonor(roster: Roster, observer: Guest, { peer, loss }: LinkReport, now: number): readonly Effect[] {
  // The fault is taken to be the observer's own: a member is not to be blamed by all who come. A link that ended may open again.
  if (loss !== "closed") observer.unreached.set(peer, apartUntil(roster, observer.forgiven, now));
  observer.donor = null;
  const told = observer.unreached.size >= maxUnreached ? notice(observer) : [];
  return [...rosterTo(roster, observer), ...told];
}

/** Why this peer is no member, to itself. */
export function notice(guest: Guest): readonly Effect[] {
  if (guest.connection === null) return [];
  return [{ kind: "send", to: [guest.connection], message: { kind: "notice", text: unreachableText(guest) } }];
}
