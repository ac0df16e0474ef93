import { type Layout, trainedLength } from "../base/layout.ts";
import type { Scheme } from "../compress/types.ts";
import type { Decision, OpenRound } from "../reduce/all-reduce-types.ts";
import type { Delta } from "../vector/device-vector.ts";
import { scaled } from "../vector/scaled.ts";
import type { State } from "../vector/update.ts";
import type { KeptResidual } from "./checkpoint.ts";
import { appliedRecords } from "./history.ts";
import { type Replica, sameSlots } from "./replica.ts";

type AnyScheme = Scheme<State, State, Delta>;

/**
 * What of a peer's residual outlives it, put together once it says nothing more: its residual, the open round's Δ (and that of a life
 * before, if the round is still the same), and all undo records, those of the open round too. By these a total of that round is settled whenever it is heard of, so that it does not matter what
 * had left before. null where it cannot be kept: it is a function of the chain (EF21), void, or attempts were forgotten.
 */
export function keepResidual(
  scheme: AnyScheme,
  { local, replicated }: Pick<Replica, "local" | "replicated">,
  past: { readonly undoLog: KeptResidual["undoLog"]; readonly open: OpenRound; readonly former: Float32Array | null },
): KeptResidual | null {
  if (local === null || past.open.hasForgotten || scheme.onMembershipChange(local, replicated) !== local) return null;
  const { x, undoLog } = past.open;
  if (x !== null && !(x instanceof Float32Array)) return null;
  return { local, open: summed(x, past.former), undoLog: [...past.undoLog, ...undoLog] };
}

function summed(a: Float32Array | null, b: Float32Array | null): Float32Array | null {
  if (a === null || b === null) return a ?? b;
  return a.map((value, i) => value + b[i]!);
}

/** The residual of a peer that begins anew with a checkpoint's: an empty one where it has none that fits; null (void) where it is a function of the chain. */
export function startResidual(
  scheme: AnyScheme,
  layout: Layout,
  replicated: State,
  kept: KeptResidual | null,
): KeptResidual | null {
  const { local } = scheme.init(layout);
  if (scheme.onMembershipChange(local, replicated) !== local) return null;
  if (kept === null || !sameSlots(kept.local, local)) return { local, open: null, undoLog: [] };
  return { ...kept, open: kept.open?.subarray(0, trainedLength(layout)) ?? null };
}

/** A decided round, with what a former life of this peer had in it: its Δ, and what the total takes of that by its undo records. */
export function settleKept(
  decision: Decision,
  { tip }: Pick<Replica, "tip">,
  kept: Pick<KeptResidual, "open" | "undoLog">,
  scheme: AnyScheme,
): Decision {
  const { committedBy, part } = decision;
  const round = tip.round + 1;
  const header = { round, version: committedBy, contributors: part.contributors, previous: tip.hash, hash: "" };
  const held = appliedRecords(
    kept.undoLog.filter((record) => record.round === round),
    header,
  );
  if (kept.open === null && held.length === 0) return decision;
  let { local } = decision;
  if (kept.open !== null && local !== null) local = scheme.onExcluded(kept.open, local);
  for (const { delivered } of held) if (local !== null) local = scheme.onRollback(scaled(delivered, -1), local);
  return { ...decision, local, counted: decision.counted === true || held.some(({ position }) => position !== null) };
}
