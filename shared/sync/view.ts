import type { Membership } from "../membership/membership.ts";
import type { LinkView } from "../membership/membership-effect.ts";
import type { AllReduce } from "../reduce/all-reduce.ts";
import type { Chain } from "../replica/chain.ts";

/** What every machine of a peer may read of the others: where the chain stands, who is near, what is in the open round. */
export interface View extends LinkView {
  readonly chain: Pick<Chain, "tip" | "committers" | "replica" | "state" | "isInvalid" | "isOver" | "isNext" | "fits">;
  readonly membership: Pick<
    Membership,
    "near" | "version" | "isObserver" | "upstream" | "children" | "isNear" | "isNonMember" | "isMuted" | "positionOf"
  >;
  readonly sums: Pick<AllReduce, "hasContribution" | "isVoid">;
}
