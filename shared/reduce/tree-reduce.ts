import type { MergeRule } from "../sum/merge-rule.ts";
import { joinParts, type Part } from "../sum/part.ts";
import { type Contributors, contributorsOf, countOf, disjoint, isSubset, union } from "../tree/contributors.ts";
import type { Place } from "../tree/tree.ts";
import type { Update } from "../vector/update.ts";

/** Send this to the parent. `complete`: nothing more will come from this subtree. */
export interface UpEffect {
  readonly kind: "up";
  readonly part: Part | null;
  readonly complete: boolean;
  /** The part was given to another parent before: it may be in the sum already. */
  readonly again: boolean;
}

/** What a peer must do next for the sum. */
export type ReduceEffect =
  | UpEffect
  /** This peer's own merge rejected `rest`: it belongs to its residual. */
  | { readonly kind: "rejected"; readonly rest: Update }
  /** Root only: this is the total. */
  | { readonly kind: "total"; readonly part: Part }
  /** A child's part names nobody new, or, at the root, somebody who is in the sum already: it is left out. */
  | { readonly kind: "overlap"; readonly child: number };

/** One sum over one tree, as one peer takes part in it. */
export interface TreeReduce {
  /** This peer's own contribution is in. */
  own(part: Part): ReduceEffect[];
  /** This peer has nothing to give and never will: it only passes on what its children send. */
  abstain(): ReduceEffect[];
  /** A child sent a part (or only its last word). Positions that are not children are refused by the caller. */
  child(position: number, part: Part | null, options: { readonly complete: boolean; readonly again?: boolean }): ReduceEffect[];
  /** A child will send nothing more. */
  lost(position: number): ReduceEffect[];
  /** There is another child: it is waited for if nothing was reported yet. */
  joined(position: number): void;
  /** Time is up: report what is here. */
  deadline(): ReduceEffect[];
  /** What was to be sent to the parent so far: sent again when its link reopens, or there is another parent. */
  readonly sent: readonly UpEffect[];
}

/**
 * One tree sum without I/O. An inner peer waits for its own part and all its children, folds them in child order, truncates
 * once and sends one part up; at the deadline it sends what it has, and relays at once what comes later. Without a part of
 * its own it relays its children's unmerged, so that what a merge rejects is always tied to a contribution. The root makes
 * the total once more than half of the roster contributed and everyone is complete or time is up. A contribution is merged
 * only if its contributors are disjoint from all seen: that alone gives "at most once". A part that comes again, by another way,
 * is passed on alone, and so is one that is in part known; merged with others, it would have all of them refused where it is
 * known already. The root takes such parts last, the largest first.
 */
export function createTreeReduce(place: Place, members: number, rule: MergeRule): TreeReduce {
  const isRoot = place.parent === null;
  const waiting = new Set(place.children);
  let parts: Part[] = [];
  let seen: Contributors = contributorsOf(members, []);
  let seenAgain = seen;
  /** Root only: parts that came again. */
  const aside: Part[] = [];
  let hasOwn = false;
  let abstains = false;
  let reported = false;
  let overdue = false;
  let toldComplete = false;
  const sent: UpEffect[] = [];

  const isComplete = (): boolean => (hasOwn || abstains) && waiting.size === 0;
  const up = (part: Part | null, complete: boolean, again = false): ReduceEffect => {
    const effect: UpEffect = { kind: "up", part, complete, again };
    toldComplete ||= complete;
    sent.push(effect);
    return effect;
  };
  /** Passes on what has come, unmerged; the last message is the last word where nothing more is to come. */
  const relay = (): ReduceEffect[] => {
    const waitingParts: (Part | null)[] = parts.length === 0 && isComplete() && !toldComplete ? [null] : parts;
    parts = [];
    return waitingParts.map((part, i) => up(part, isComplete() && i === waitingParts.length - 1));
  };
  const fold = (): { part: Part; effects: ReduceEffect[] } => {
    const { part, rest } = joinParts(parts, isRoot && rule.places === "total" ? { ...rule, places: "each" } : rule);
    parts = [];
    return { part, effects: rest.values.data.length > 0 ? [{ kind: "rejected", rest }] : [] };
  };
  const finalise = (): ReduceEffect[] => {
    if (reported || !(isComplete() || overdue)) return [];
    let all = seen;
    const missing: Part[] = [];
    for (const part of aside.sort((a, b) => countOf(b.contributors) - countOf(a.contributors))) {
      if (!disjoint(all, part.contributors)) continue;
      all = union(all, part.contributors);
      missing.push(part);
    }
    if (2 * countOf(all) <= members) return [];
    reported = true;
    for (const part of missing) take(part);
    const { part, effects } = fold();
    return [...effects, { kind: "total", part }];
  };
  const report = (): ReduceEffect[] => {
    reported = true;
    if (!hasOwn) return relay();
    const { part, effects } = fold();
    return [...effects, up(part, isComplete())];
  };
  const advance = (): ReduceEffect[] => {
    if (isRoot) return finalise();
    if (!reported) return isComplete() ? report() : [];
    return relay();
  };
  const take = (part: Part): ReduceEffect[] => {
    parts.push(part);
    seen = union(seen, part.contributors);
    return [];
  };
  /** A part that comes by another way, or is in part known: each that is taken names somebody new, so that they are few. */
  const repeated = (child: number, part: Part): ReduceEffect[] => {
    const isUseless = isRoot && !disjoint(seen, part.contributors);
    if (isUseless || isSubset(part.contributors, union(seen, seenAgain))) return [{ kind: "overlap", child }];
    seenAgain = union(seenAgain, part.contributors);
    if (!isRoot) return [up(part, false, true)];
    aside.push(part);
    return [];
  };

  return {
    own(part) {
      if (hasOwn || (isRoot && reported)) return [];
      hasOwn = true;
      if (!disjoint(seen, part.contributors)) return advance();
      take(part);
      return advance();
    },
    abstain() {
      abstains = true;
      return advance();
    },
    child(position, part, { complete, again = false }) {
      if (isRoot && reported) return [];
      const effects = part === null ? [] : again || !disjoint(seen, part.contributors) ? repeated(position, part) : take(part);
      if (complete) waiting.delete(position);
      return [...effects, ...advance()];
    },
    lost(position) {
      waiting.delete(position);
      return advance();
    },
    joined(position) {
      if (!reported) waiting.add(position);
    },
    deadline() {
      overdue = true;
      return isRoot || reported ? advance() : report();
    },
    sent,
  };
}
