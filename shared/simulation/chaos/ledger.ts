import type { Hash } from "../../base/hash.ts";
import type { Tip } from "../../base/tip.ts";
import type { PeerId } from "../../base/transport.ts";
import { compareVersions, type Version } from "../../base/version.ts";
import type { Decision } from "../../reduce/all-reduce-types.ts";
import { added } from "../../sum/gathered.ts";
import { type Contributors, contributorsOf, countOf, disjoint, includes, isSubset, union } from "../../tree/contributors.ts";
import { addInto, denseUpdate, toDense, type Update } from "../../vector/update.ts";
import type { Up } from "../../wire/messages.ts";

/** One committed round, as it was announced by those who committed it. */
export interface Entry {
  readonly round: number;
  readonly version: Version;
  readonly previous: Hash;
  readonly hash: Hash;
  readonly contributors: Contributors;
  /** Totals of every phase. */
  readonly totals: readonly Update[];
}

/** An update that a trainer gave to its peer. */
interface Given {
  /** The tip that it was trained from. */
  readonly start: Hash;
  readonly x: Float32Array;
}

/** What one peer's residual should be, against what it is. */
export interface Balance {
  /** max |residual − (given − delivered)|. */
  readonly error: number;
  /**
   * What the error is to be held against: the largest magnitude in the account where all of its numbers are whole, for then none
   * was rounded; else the sum of all magnitudes that went into it.
   */
  readonly scale: number;
  /** Whether what is too much is an update, or a share of one, that is in the chain: it counts twice. */
  readonly isTwice: boolean;
}

export interface LedgerOptions {
  /** Parameters of the model. */
  readonly length: number;
  /** Numbers in a sum of the last phase, the one that says who counted. */
  readonly lastLength: number;
  /** How many sums a round has. */
  readonly phases: number;
  /** What the sums of a round come to; linear in the last of them. null: the last sum is the update itself. */
  readonly rebuild: ((totals: readonly Update[], round: number) => Float32Array) | null;
}

/**
 * The books of a run, kept from outside: what trainers gave, what peers sent each other, what was committed. What a peer has
 * delivered is found by the sums of the last phase on the wire: what it sent, less what it had been sent.
 */
export interface Ledger {
  /** A server's roster; two that differ under one version are a fault. */
  roster(version: Version, members: readonly PeerId[]): void;
  /** A peer begins with the residual of another, that is gone. */
  succeeds(heir: PeerId, former: PeerId): void;
  given(peer: PeerId, start: Hash, x: Float32Array): void;
  sent(from: PeerId, to: PeerId, message: Up): void;
  committed(tip: Tip, previous: Hash, decision: Decision): void;
  readonly problems: readonly string[];
  /** The chain that led to `tip`, oldest first; null if a round of it is not known. */
  chainTo(tip: Tip): readonly Entry[] | null;
  /** Whether a peer's update is in a committed round. */
  counts(peer: PeerId, entry: Entry): boolean;
  /** The account of one peer that stands at `tip`. An update that was trained from there is under way, and not yet in its residual. */
  balance(peer: PeerId, tip: Tip, residual: Float32Array): Balance;
}

/** A part that one peer sent to another. */
interface Sent {
  readonly to: PeerId;
  readonly contributors: Contributors;
  readonly sum: Update;
  readonly again: boolean;
}

export function createLedger({ length, lastLength, phases, rebuild }: LedgerOptions): Ledger {
  const rosters = new Map<string, readonly PeerId[]>();
  const updates = new Map<PeerId, Given[]>();
  /** By roster and round's start, then by the sender. */
  const parts = new Map<string, Map<PeerId, Sent[]>>();
  const entries = new Map<Hash, Entry>();
  const problems: string[] = [];

  const formers = new Map<PeerId, PeerId>();
  /** A peer and those whose account it goes on with. */
  const lives = (peer: PeerId): PeerId[] => {
    const former = formers.get(peer);
    return former === undefined ? [peer] : [peer, ...lives(former)];
  };

  const membersOf = (version: Version): readonly PeerId[] => rosters.get(version.join(".")) ?? [];

  /** What a peer delivered in a round: its own part or total, less those of others that are in it; null: nothing. */
  function deliveredBy(peer: PeerId, entry: Entry): { readonly own: Float32Array; readonly passed: number } | null {
    const members = membersOf(entry.version);
    const position = members.indexOf(peer);
    if (position < 0) return null;
    const sums = parts.get(attemptOf(entry));
    const isRoot = position === 0;
    const whole: { contributors: Contributors; sum: Update } | undefined = isRoot
      ? { contributors: entry.contributors, sum: entry.totals.at(-1)! }
      : sums?.get(peer)?.find(({ contributors }) => includes(contributors, position));
    if (whole === undefined || (!isRoot && !isSubset(whole.contributors, entry.contributors))) return null;
    const own = new Float32Array(lastLength);
    addInto(own, whole.sum);
    // What it gave to one that it took in later may come back.
    const isOthers = ({ to, contributors }: Sent): boolean => to === peer && !includes(contributors, position);
    const received = [...(sums?.values() ?? [])].flat().filter(isOthers);
    let others = contributorsOf(members.length, []);
    // A part that came again is in the sum only if it did not come before, and the largest of those goes first.
    const again = received.filter((part) => part.again).sort((a, b) => countOf(b.contributors) - countOf(a.contributors));
    for (const { contributors, sum } of [...received.filter((part) => !part.again), ...again]) {
      if (!isSubset(contributors, whole.contributors) || !disjoint(contributors, others)) continue;
      others = union(others, contributors);
      addInto(own, sum, -1);
    }
    const passed = largest(toDense(whole.sum));
    if (rebuild === null) return { own, passed };
    return { own: rebuild([...entry.totals.slice(0, -1), denseUpdate(own)], entry.round), passed };
  }

  function chainTo(tip: Tip): Entry[] | null {
    const chain: Entry[] = [];
    let hash = tip.hash;
    for (let round = tip.round; round > 0; round -= 1) {
      const entry = entries.get(hash);
      if (entry === undefined) return null;
      chain.push(entry);
      hash = entry.previous;
    }
    return chain.reverse();
  }

  return {
    problems,
    roster(version, members) {
      const key = version.join(".");
      const known = rosters.get(key);
      if (known === undefined) rosters.set(key, members);
      else if (known.join() !== members.join()) problems.push(`two rosters of version ${key}`);
    },
    succeeds: (heir, former) => void formers.set(heir, former),
    given(peer, start, x) {
      const list = updates.get(peer) ?? [];
      updates.set(peer, list);
      list.push({ start, x: x.slice() });
    },
    sent(from, to, { version, round, previous, phase, part, again = false }) {
      if (part === null || phase !== phases - 1) return;
      const key = attemptOf({ version, round, previous });
      const sums = parts.get(key) ?? new Map<PeerId, Sent[]>();
      parts.set(key, sums);
      const list = sums.get(from) ?? [];
      sums.set(from, list);
      const isKnown = list.some(
        (known) =>
          known.to === to && isSubset(known.contributors, part.contributors) && isSubset(part.contributors, known.contributors),
      );
      if (!isKnown) list.push({ to, contributors: part.contributors, sum: added(part.sum), again });
    },
    committed({ round, version, hash }, previous, { part, totals }) {
      // Two rosters may decide a round with the same bits: the newer one's stays.
      const known = entries.get(hash);
      if (known !== undefined && compareVersions(known.version, version) >= 0) return;
      entries.set(hash, { round, version, previous, hash, contributors: part.contributors, totals });
    },
    chainTo,
    counts: (peer, { version, contributors }) =>
      lives(peer).some((life) => includes(contributors, membersOf(version).indexOf(life))),
    balance(peer, tip, residual) {
      const expected = new Float64Array(length);
      const twice: Float32Array[] = [];
      let most = 1;
      let sum = 1;
      let isWhole = true;
      const add = (x: Float32Array, sign: 1 | -1): void => {
        for (let j = 0; j < length; j += 1) expected[j]! += sign * x[j]!;
        most = Math.max(most, largest(x));
        sum += largest(x);
        isWhole &&= x.every(Number.isInteger);
      };
      for (const { start, x } of lives(peer).flatMap((life) => updates.get(life) ?? [])) {
        if (start === tip.hash) continue;
        add(x, 1);
        twice.push(x);
      }
      for (const entry of chainTo(tip)!) {
        for (const life of lives(peer)) {
          const delivered = deliveredBy(life, entry);
          if (delivered === null) continue;
          add(delivered.own, -1);
          sum += delivered.passed;
          twice.push(delivered.own);
        }
      }
      const surplus = residual.map((value, j) => value - expected[j]!);
      const error = surplus.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const isTwice =
        error > 0 && twice.some((x) => x.some((value) => value !== 0) && x.every((value, j) => value === surplus[j]));
      return { error, scale: isWhole ? most : sum, isTwice };
    },
  };
}

function attemptOf({
  version,
  round,
  previous,
}: {
  readonly version: Version;
  readonly round: number;
  readonly previous: Hash;
}): string {
  return `${version.join(".")} ${round} ${previous}`;
}

function largest(x: Float32Array): number {
  return x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
