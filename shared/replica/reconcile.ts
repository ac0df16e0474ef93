import type { Tip } from "../base/tip.ts";
import { compareVersions } from "../base/version.ts";
import type { Scheme } from "../compress/types.ts";
import type { OpenRound, UndoRecord } from "../reduce/all-reduce-types.ts";
import type { Delta } from "../vector/device-vector.ts";
import { scaled } from "../vector/scaled.ts";
import type { State } from "../vector/update.ts";
import type { Header } from "../wire/messages.ts";
import { appliedRecords } from "./history.ts";

/** Where a peer stood before another chain replaced its own. */
export interface Stand {
  readonly scheme: Scheme<State, State, Delta>;
  readonly tip: Tip;
  /** null: void, see `RoundBase`. */
  readonly local: State | null;
  /** Headers of the chain that led to the tip. */
  readonly headers: readonly Header[];
  readonly undoLog: readonly UndoRecord[];
  readonly open: OpenRound;
  /** Δ of a former life of this peer in the open round; its undo records are among the others. */
  readonly former?: Float32Array | null;
}

/** What the peer was told of a round, or was not, and what holds now. null: it cannot be known. */
export interface Correction {
  readonly round: number;
  readonly counted: boolean | null;
}

export interface Reconciled {
  readonly local: State | null;
  /** Rounds of the old chain that did not stay, newest first. */
  readonly withdrawn: readonly Header[];
  readonly corrections: readonly Correction[];
  /** All that are known now, of the round that was open too: its attempts may be in a total of a chain that wins later. */
  readonly undoLog: readonly UndoRecord[];
}

/**
 * What becomes of a peer's local state when a greater chain replaces its own: what the totals of rounds that did not stay had
 * taken is given back, what the undo records of the winner's other rounds hold is taken, and the open round's Δ is remembered. Law: the
 * residual is Σ Δ − Σ undo records that the chain makes good, whatever chains came before it. What cannot be known, because the winner's
 * headers do not reach so far or an attempt was forgotten, is left alone: mass may be lost then, but none counts twice.
 */
export function reconcile(
  { scheme, tip, local: before, headers, undoLog: past, open, former = null }: Stand,
  winner: readonly Header[],
): Reconciled {
  const first = winner[0]?.round ?? Number.POSITIVE_INFINITY;
  const theirs = new Map(winner.map((header) => [header.round, header]));
  const ours = new Map(headers.map((header) => [header.round, header]));
  const openRound = tip.round + 1;
  const oldest = headers[0]?.round ?? openRound;
  // The totals of two rosters may come to the same bits, of other peers' updates.
  const lost = headers.filter((header) => header.round >= first && !isSame(header, theirs.get(header.round))).reverse();
  // Rounds that this peer has forgotten are not new to it.
  const gained = winner.filter((header) => header.round >= oldest && !isSame(header, ours.get(header.round)));

  const next = theirs.get(openRound);
  const isForgotten = open.hasForgotten && next?.previous === tip.hash && appliedRecords(open.undoLog, next).length === 0;
  const isUnknown = openRound < first || isForgotten;
  const undoLog = isUnknown ? past : [...past, ...open.undoLog];

  let local = before;
  const give = (header: Header, sign: 1 | -1): void => {
    for (const { delivered } of appliedRecords(undoLog, header))
      if (local !== null) local = scheme.onRollback(sign === 1 ? delivered : scaled(delivered, -1), local);
  };
  if (former !== null && local !== null && openRound >= first) local = scheme.onExcluded(former, local);
  if (open.x !== null && local !== null && !isUnknown) local = scheme.onExcluded(open.x, local);
  for (const header of lost) give(header, 1);
  for (const header of gained) give(header, -1);

  const counts = (header: Header | undefined): boolean =>
    header !== undefined && appliedRecords(undoLog, header).some(({ position }) => position !== null);
  const isOpen = open.x !== null || former !== null;
  const corrections = doubtsOf(tip, headers, winner);
  for (const round of new Set([...lost, ...gained].map((header) => header.round))) {
    if (round === openRound && isOpen) continue;
    const counted = counts(theirs.get(round));
    if (counted !== counts(ours.get(round))) corrections.push({ round, counted });
  }
  if (isOpen) corrections.push({ round: openRound, counted: isUnknown ? null : counts(next) });
  const withdrawn = lost.filter(({ round, hash }) => theirs.get(round)?.hash !== hash);
  return { local, withdrawn, corrections, undoLog };
}

/** Whether a round was decided by the same roster, with the same outcome. */
function isSame({ hash, version }: Header, other: Header | undefined): boolean {
  return other?.hash === hash && compareVersions(other.version, version) === 0;
}

/**
 * The rounds before the tip are confirmed: they stay. Whether the tip does is not known where the winner's headers do not reach it;
 * nor what was before the rounds that this peer remembers, where the winner's are others.
 */
function doubtsOf(tip: Tip, headers: readonly Header[], winner: readonly Header[]): Correction[] {
  const [oldest] = headers;
  if (oldest === undefined) return [];
  if (tip.round < (winner[0]?.round ?? Number.POSITIVE_INFINITY)) return [{ round: tip.round, counted: null }];
  const before = winner.find(({ round }) => round === oldest.round - 1);
  return before === undefined || before.hash === oldest.previous ? [] : [{ round: before.round, counted: null }];
}
