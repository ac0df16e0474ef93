import { bytesOf, type Hash, type Hasher } from "../base/hash.ts";
import type { Layout } from "../base/layout.ts";
import type { Tip } from "../base/tip.ts";
import { noVersion } from "../base/version.ts";
import type { ContextOf } from "../compress/context.ts";
import type { Scheme } from "../compress/types.ts";
import type { Decision } from "../reduce/all-reduce-types.ts";
import type { Part } from "../sum/part.ts";
import type { Contributors } from "../tree/contributors.ts";
import { indicesOf, type State, type Update } from "../vector/update.ts";
import type { Snapshot } from "../wire/messages.ts";

/** This peer's copy of the model and of the scheme's state, at the tip of the chain of commits. */
export interface Replica {
  readonly parameters: Float32Array;
  readonly tip: Tip;
  /** The chain's hash before the tip. */
  readonly previous: Hash;
  /** This peer's alone; null while void (see `RoundBase`). */
  readonly local: State | null;
  /** The same on every peer. */
  readonly replicated: State;
}

/** The hash of the chain before its first model. */
const noHash: Hash = "0".repeat(32);

/** The replica before the first round. Its hash covers the initial parameters. */
export function firstReplica(scheme: Scheme, layout: Layout, parameters: Float32Array, hasher: Hasher): Replica {
  const { local, replicated } = scheme.init(layout);
  const tip: Tip = {
    round: 0,
    version: noVersion,
    hash: chainHash({ previous: noHash, round: 0, contributors: null }, parameters, replicated, hasher),
  };
  return { parameters, tip, previous: noHash, local, replicated };
}

interface Head {
  readonly previous: Hash;
  readonly round: number;
  /** Who counted; null before the first round. */
  readonly contributors: Contributors | null;
}

/**
 * H(previous hash, round, who counted, x, replicated state in the order of its slots' names): equal hashes, equal history. Not of the roster's
 * version, which holds the server's time: the same seed gives the same hashes, run after run.
 */
export function chainHash(
  { previous, round, contributors }: Head,
  parameters: Float32Array,
  replicated: State,
  hasher: Hasher,
): Hash {
  const slots = slotsOf(replicated).map(([, value]) => (typeof value === "number" ? String(value) : bytesOf(value)));
  const who = contributors === null ? "" : `${contributors.members} ${contributors.bits.join(" ")}`;
  return hasher(`${previous} ${round} ${who} `, bytesOf(parameters), ...slots);
}

function slotsOf(state: State): [slot: string, value: number | Float32Array][] {
  return Object.entries(state).sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * The replica after a decided round: x ← x − estimate, the statistics at the end of x ← their mean, hash ← H(previous hash, round, who counted, x, common). Works on the parameters in place, in one
 * fixed order with float32 rounding, so that replicas agree bit for bit on every engine. O(k) for a sparse estimate, plus
 * one hash over d.
 */
export function commit(
  replica: Replica,
  decision: Decision,
  {
    scheme,
    hasher,
    layout,
    contextOf,
  }: { readonly scheme: Scheme; readonly hasher: Hasher; readonly layout: Layout; readonly contextOf: ContextOf },
): Replica {
  const { part, totals, committedBy } = decision;
  const round = replica.tip.round + 1;
  const context = contextOf({ layout, round, members: part.contributors.members });
  const { estimate, replicated } = scheme.decode(totals, part.weight, replica.replicated, context);
  subtract(replica.parameters, estimate);
  setStatistics(replica.parameters, part);
  const head = { previous: replica.tip.hash, round, contributors: part.contributors };
  const hash = chainHash(head, replica.parameters, replicated, hasher);
  return {
    ...replica,
    tip: { round, version: committedBy, hash },
    previous: replica.tip.hash,
    local: decision.local,
    replicated,
  };
}

/** x ← x − update; a coordinate that would leave the finite float32 numbers keeps its value, on every peer alike. */
function subtract(x: Float32Array, update: Update): void {
  const { data } = update.values;
  const indices = indicesOf(update);
  for (let j = 0; j < data.length; j += 1) {
    const i = indices === null ? j : indices[j]!;
    const next = Math.fround(x[i]! - data[j]!);
    if (next - next === 0) x[i] = next;
  }
}

/**
 * The last parameters become the mean of the contributors' statistics, by their samples; without any samples they stay, as a coordinate
 * does that would not be finite.
 */
function setStatistics(x: Float32Array, { statistics, metrics: { samples } }: Part): void {
  if (statistics === undefined || samples === 0) return;
  const start = x.length - statistics.length;
  for (let j = 0; j < statistics.length; j += 1) {
    const mean = Math.fround(statistics[j]! / samples);
    if (mean - mean === 0) x[start + j] = mean;
  }
}

/** Whether two states have the same slots, of the same sizes. */
export function sameSlots(a: State, b: State): boolean {
  const shape = (state: State): string =>
    JSON.stringify(slotsOf(state).map(([slot, value]) => [slot, typeof value === "number" ? 0 : value.length]));
  return shape(a) === shape(b);
}

/** Whether a snapshot is what its tip says, and of this scheme. */
export function snapshotFits(snapshot: Snapshot, replica: Replica, hasher: Hasher): boolean {
  const { tip, previous, parameters, replicated, headers } = snapshot;
  const contributors = headers.at(-1)?.contributors ?? null;
  const head = { previous, round: tip.round, contributors };
  return sameSlots(replicated, replica.replicated) && chainHash(head, parameters, replicated, hasher) === tip.hash;
}

/** The replica that a snapshot brings. Local state that depends on the chain becomes void; a residual stays. */
export function adoptSnapshot(replica: Replica, snapshot: Snapshot, scheme: Scheme): Replica {
  const { local } = replica;
  const dependsOnChain = local === null || scheme.onMembershipChange(local, snapshot.replicated) !== local;
  return {
    parameters: snapshot.parameters,
    tip: snapshot.tip,
    previous: snapshot.previous,
    local: dependsOnChain ? null : local,
    replicated: snapshot.replicated,
  };
}
