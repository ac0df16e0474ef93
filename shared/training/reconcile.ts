import type { Claim, OpenRound } from "../aggregate/all-reduce-types.ts";
import { scaled } from "../compress/scaled.ts";
import type { Scheme } from "../compress/types.ts";
import type { Delta } from "../held-vector.ts";
import type { Tip } from "../signaling/messages.ts";
import type { State } from "../update.ts";
import type { Header } from "../wire/messages.ts";
import { type Entry, heldClaims } from "./history.ts";

/** Where a peer stood before another chain replaced its own. */
export interface Stand {
  readonly scheme: Scheme<State, State, Delta>;
  readonly tip: Tip;
  /** null: void, see `Ground`. */
  readonly own: State | null;
  readonly history: readonly Entry[];
  readonly open: OpenRound;
}

/** What the peer was told of a round, or was not, and what holds now. null: it cannot be known. */
export interface Correction {
  readonly round: number;
  readonly counted: boolean | null;
}

export interface Reconciled {
  readonly own: State | null;
  /** Rounds of the old chain that did not stay, newest first. */
  readonly withdrawn: readonly Header[];
  readonly corrections: readonly Correction[];
  readonly history: readonly Entry[];
}

/**
 * What becomes of a peer's own state when a greater chain replaces its own. For each round of the old chain that the winner does
 * not have, what its total had claimed is given back; for each such round, and for the one that was open, what the winner's
 * total claims is taken. What cannot be known, because the winner's headers do not reach so far, is left alone: mass may be
 * lost then, but none counts twice.
 */
export function reconcile({ scheme, tip, own: before, history, open }: Stand, winner: readonly Header[]): Reconciled {
  const headerOf = new Map(winner.map((header) => [header.round, header]));
  const first = winner[0]?.round ?? Number.POSITIVE_INFINITY;
  const corrections = doubtsOf(tip, history, first);
  const withdrawn: Header[] = [];
  const changed = new Map<number, Entry>();
  let own = before;
  const give = (claims: readonly Claim[], sign: 1 | -1): void => {
    for (const { share } of claims) if (own !== null) own = scheme.refund(sign === 1 ? share : scaled(share, -1), own);
  };
  const counts = (claims: readonly Claim[]): boolean => claims.some(({ position }) => position !== null);

  let fork = history.length;
  while (fork > 0 && history[fork - 1]!.header.hash !== headerOf.get(history[fork - 1]!.header.round)?.hash) {
    const { header, claims } = history[fork - 1]!;
    if (header.round < first) break;
    const held = heldClaims(claims, header);
    give(held, 1);
    withdrawn.push(header);
    const other = headerOf.get(header.round);
    const taken = other === undefined || other.previous !== header.previous ? [] : heldClaims(claims, other);
    give(taken, -1);
    if (other !== undefined) changed.set(header.round, { header: other, claims });
    if (counts(held) !== counts(taken)) corrections.push({ round: header.round, counted: counts(taken) });
    fork -= 1;
  }

  const { x, claims, hasForgotten } = open;
  const round = tip.round + 1;
  const header = headerOf.get(round);
  const isMine = header !== undefined && header.previous === tip.hash;
  const taken = isMine ? heldClaims(claims, header) : [];
  const isUnknown = round < first || (isMine && taken.length === 0 && hasForgotten);
  if (x !== null && own !== null && !isUnknown) {
    own = scheme.missed(x, own);
    give(taken, -1);
  }
  if (header !== undefined) changed.set(round, { header, claims: isMine ? claims : [] });
  if (x !== null) corrections.push({ round, counted: isUnknown ? null : taken.length > 0 });
  const entries = winner.map(
    (next): Entry =>
      history.find((entry) => entry.header.hash === next.hash) ?? changed.get(next.round) ?? { header: next, claims: [] },
  );
  return { own, withdrawn, corrections, history: entries };
}

/** The rounds before the tip are confirmed: they stay. Whether the tip does is not known where the winner's headers do not reach it. */
function doubtsOf(tip: Tip, history: readonly Entry[], first: number): Correction[] {
  return history.length > 0 && tip.round < first ? [{ round: tip.round, counted: null }] : [];
}
