import type { TensorSpec } from "../base/layout.ts";
import type { Membership } from "../membership/membership.ts";
import type { AllReduce } from "../reduce/all-reduce.ts";
import type { Chain } from "../replica/chain.ts";
import type { RunConfig } from "../run/config.ts";
import type { ReplicaSync } from "../sync/replica-sync.ts";
import type { LocalWork } from "./local-work.ts";

/** Where a peer's rounds stand while nothing is under way, as plain data: what they would decide next depends on nothing else but numbers. */
export interface Standing {
  readonly config: RunConfig;
  readonly tensors: readonly TensorSpec[];
  /** How many of the parameters are not trained. */
  readonly statistics: number;
  /** null: the usual. */
  readonly pieceBytes: number | null;
  readonly chain: Chain["standing"];
  readonly membership: Membership["standing"];
  readonly sums: AllReduce["standing"];
  readonly sync: ReplicaSync["standing"];
  readonly work: LocalWork["standing"];
  /** Mean training time (ms) of those who counted in the last round; whether a person was told that the run is over. */
  readonly moves: { readonly typicalMs: number | null; readonly hasFinished: boolean };
}
