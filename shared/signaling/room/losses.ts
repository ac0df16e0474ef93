import type { PeerId } from "../../base/transport.ts";
import { admit } from "./admission.ts";
import { rosterTo } from "./broadcast.ts";
import type { Effect } from "./effects.ts";
import { isPresent, maxUnreached, type Participant, unreachableText } from "./participant.ts";
import { neighborsOf } from "./placement.ts";
import { changed, type Roster, unplace } from "./roster.ts";

/** For so long two peers are kept apart that could not reach each other; twice as long each time after that, at most 32 times. */
const apartMs = 20_000;
const mostDoublings = 5;

/** What a peer says about its link to another. */
export interface LossReport {
  readonly peer: PeerId;
  readonly loss: "unopened" | "closed" | "broken";
}

/**
 * A peer reports a link that did not open, or was open and stays closed. Two members that cannot reach each other are parted by
 * the next roster; an observer gets another donor at once.
 * @returns null if the link is none of the reporter's business
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
    // Who is away goes with the next roster, as one that is away.
    if (participant.connection !== null) unplace(roster, participant, now);
    return notice(participant);
  });
}

/** Two cannot reach each other, for now: a signal may have been lost, or a network will heal. */
function keepApart(roster: Roster, a: Participant, b: Participant, now: number): void {
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
  // For whom there was no place there may be one now, whoever's belief it was that ended.
  const apart = isAny ? [...roster.participants.values()].filter(({ placed }) => !placed) : [];
  return apart.flatMap((participant) => {
    participant.unplacedAt = -1;
    const told = rosterTo(roster, participant);
    if (isPresent(participant)) admit(roster, participant, now);
    return told;
  });
}

function changeDonor(roster: Roster, observer: Participant, { peer, loss }: LossReport, now: number): readonly Effect[] {
  // The fault is taken to be the observer's own: a member is not to be blamed by all who come. A link that ended may open again.
  if (loss !== "closed") observer.unreached.set(peer, apartUntil(roster, observer.forgiven, now));
  observer.donor = null;
  const told = observer.unreached.size >= maxUnreached ? notice(observer) : [];
  return [...rosterTo(roster, observer), ...told];
}

/** Why this peer is no member, to itself. */
export function notice(participant: Participant): readonly Effect[] {
  if (participant.connection === null) return [];
  return [{ kind: "send", to: [participant.connection], message: { kind: "notice", text: unreachableText(participant) } }];
}
