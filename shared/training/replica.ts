import type { Decision } from "../aggregate/all-reduce.ts";
import type { Scheme } from "../compress/types.ts";
import { bytesOf, type Hash, type Hasher } from "../hash.ts";
import type { Layout } from "../layout.ts";
import type { Tip } from "../signaling/messages.ts";
import { noVersion } from "../signaling/version.ts";
import type { State, Update } from "../update.ts";
import type { Snapshot } from "../wire/messages.ts";

/** This peer's copy of the model and of the scheme's state, at the tip of the chain of commits. */
export interface Replica {
  readonly parameters: Float32Array;
  readonly tip: Tip;
  /** The chain's hash before the tip. */
  readonly previous: Hash;
  /** This peer's alone; null while void (see `Ground`). */
  readonly own: State | null;
  /** The same on every peer. */
  readonly common: State;
}

/** The hash of the chain before its first model. */
const noHash: Hash = "0".repeat(32);

/** The replica before the first round. Its hash covers the initial parameters. */
export function firstReplica(scheme: Scheme, layout: Layout, parameters: Float32Array, hasher: Hasher): Replica {
  const tip: Tip = { round: 0, version: noVersion, hash: hasher(noHash, bytesOf(parameters)) };
  return { parameters, tip, previous: noHash, ...scheme.init(layout) };
}

/**
 * The replica after a decided round: x ← x − estimate, hash ← H(previous hash, x). Works on the parameters in place, in one
 * fixed order with float32 rounding, so that replicas agree bit for bit on every engine. O(k) for a sparse estimate, plus
 * one hash over d.
 */
export function commit(replica: Replica, decision: Decision, scheme: Scheme, layout: Layout, hasher: Hasher): Replica {
  const { part, totals, committedBy } = decision;
  const round = replica.tip.round + 1;
  const context = { layout, round, members: part.contributors.members };
  const { estimate, common } = scheme.decode(totals, part.weight, replica.common, context);
  subtract(replica.parameters, estimate);
  const hash = hasher(replica.tip.hash, bytesOf(replica.parameters));
  return { ...replica, tip: { round, version: committedBy, hash }, previous: replica.tip.hash, own: decision.own, common };
}

/** x ← x − update; a coordinate that would leave the finite float32 numbers keeps its value, on every peer alike. */
function subtract(x: Float32Array, update: Update): void {
  const { data } = update.values;
  const indices = update.support.kind === "indices" ? update.support.indices : null;
  for (let j = 0; j < data.length; j += 1) {
    const i = indices === null ? j : indices[j]!;
    const next = Math.fround(x[i]! - data[j]!);
    if (next - next === 0) x[i] = next;
  }
}

/** Why a snapshot cannot be taken; null where it can. */
export function snapshotProblem(snapshot: Snapshot, replica: Replica, hasher: Hasher): string | null {
  if (hasher(snapshot.previous, bytesOf(snapshot.parameters)) !== snapshot.tip.hash)
    return "its parameters do not hash to its tip";
  const shape = (state: State): string =>
    JSON.stringify(
      Object.entries(state)
        .map(([slot, value]) => [slot, typeof value === "number" ? 0 : value.length])
        .sort(),
    );
  return shape(snapshot.common) === shape(replica.common) ? null : "its scheme state is of another scheme";
}

/** The replica that a snapshot brings. Own state that depends on the chain becomes void; a memory of unsent mass stays. */
export function adoptSnapshot(replica: Replica, snapshot: Snapshot, scheme: Scheme): Replica {
  const { own } = replica;
  const dependsOnChain = own === null || scheme.rebase(own, snapshot.common) !== own;
  return {
    parameters: snapshot.parameters,
    tip: snapshot.tip,
    previous: snapshot.previous,
    own: dependsOnChain ? null : own,
    common: snapshot.common,
  };
}
