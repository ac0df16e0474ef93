import type { PeerId } from "../../base/transport.ts";
import { admit } from "../roster/admission.ts";
import type { Effect } from "../roster/effects.ts";
import { isPresent, maxUnreached, type Participant, unreachableText } from "../roster/participant.ts";
import { neighborsOf } from "../roster/placement.ts";
import { changed, type Roster, unplace } from "../roster/roster.ts";
import { rosterTo } from "./broadcast.ts";

/** Two peers that could not reach each other are kept apart this long; doubled each time, up to 2⁵ times. */
const apartMs = 20_000;
const maxDoublings = 5;

/** What a peer says about its link to another. */
export interface LossReport {
  readonly peer: PeerId;
  readonly loss: "unopened" | "closed" | "broken";
}

/**
 * Handles the report of a link that did not open or was lost: the next roster parts the two members; an observer gets another donor at
 * once.
 * @returns null if the two share no tree edge and neither is the other's donor
 */
export function reportLoss(roster: Roster, reporter: Participant, report: LossReport, now: number): readonly Effect[] | null {
  const other = roster.participants.get(report.peer);
  if (reporter.donor !== null && reporter.donor === report.peer) return changeDonor(roster, reporter, report, now);
  if (other === undefined || other.donor === reporter.member.peer) return [];
  if (!neighborsOf(roster.issued.order, reporter.member.peer, roster.tree).includes(report.peer)) return null;
  if (reporter.unreached.has(report.peer)) return [];
  keepApart(roster, reporter, other, now);
  changed(roster, now);
  return [reporter, other].flatMap((participant) => {
    if (participant.unreached.size < maxUnreached) return [];
    // A member that is away is dismissed by the next roster.
    if (participant.connection !== null) unplace(roster, participant, now);
    return notice(participant);
  });
}

/** Keeps two peers apart for a limited time: a signal may have been lost, or a network may heal. */
function keepApart(roster: Roster, a: Participant, b: Participant, now: number): void {
  const until = apartUntil(roster, Math.max(a.forgiven, b.forgiven), now);
  a.unreached.set(b.member.peer, until);
  b.unreached.set(a.member.peer, until);
}

function apartUntil(roster: Roster, forgiven: number, now: number): number {
  const until = now + apartMs * 2 ** Math.min(forgiven, maxDoublings);
  roster.forgiveAt = Math.min(roster.forgiveAt, until);
  return until;
}

/** Forgets losses that have expired. Participants that only watched because of them may be placed again. */
export function forgiveLosses(roster: Roster, now: number): Effect[] {
  if (now < roster.forgiveAt) return [];
  roster.forgiveAt = Number.POSITIVE_INFINITY;
  let isAny = false;
  for (const participant of roster.participants.values()) {
    const before = participant.unreached.size;
    for (const [peer, until] of participant.unreached) {
      if (until <= now) participant.unreached.delete(peer);
      else roster.forgiveAt = Math.min(roster.forgiveAt, until);
    }
    if (participant.unreached.size === before) continue;
    participant.forgiven += 1;
    isAny = true;
  }
  // Any expired loss may make room for any participant without a place.
  const apart = isAny ? [...roster.participants.values()].filter(({ placed }) => !placed) : [];
  return apart.flatMap((participant) => {
    participant.unplacedAt = -1;
    const told = rosterTo(roster, participant);
    if (isPresent(participant)) admit(roster, participant, now);
    return told;
  });
}

function changeDonor(roster: Roster, observer: Participant, { peer, loss }: LossReport, now: number): readonly Effect[] {
  // Counted against the observer, not the member, whom every newcomer could accuse. A link that was closed may open again.
  if (loss !== "closed") observer.unreached.set(peer, apartUntil(roster, observer.forgiven, now));
  observer.donor = null;
  const told = observer.unreached.size >= maxUnreached ? notice(observer) : [];
  return [...rosterTo(roster, observer), ...told];
}

/** Tells a participant why it is no member. */
export function notice(participant: Participant): readonly Effect[] {
  if (participant.connection === null) return [];
  return [{ kind: "send", to: [participant.connection], message: { kind: "notice", text: unreachableText(participant) } }];
}
