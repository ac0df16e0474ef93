import type { PeerId } from "../base/transport.ts";
import type { TreePosition } from "../reduce/all-reduce-types.ts";

/** What a change of the roster, or of a link, asks of the sums, the timers and the peers around. */
export type MembershipEffect =
  /** The sums begin anew under a roster. `parent`: the position of the parent if its link is open. `hasPromised`: to give nothing under it. */
  | {
      readonly kind: "join";
      readonly treePosition: TreePosition | null;
      readonly parent: number | null;
      readonly hasPromised: boolean;
    }
  /** The sums wait for the child at that position no more. */
  | { readonly kind: "child-lost"; readonly position: number }
  | { readonly kind: "child-found"; readonly position: number }
  /** A member is a child until it is lost, or there is a new roster. */
  | { readonly kind: "take-in"; readonly position: number }
  /** This peer's parts go to that position from now on; null: nobody can be reached. */
  | { readonly kind: "turn-to"; readonly position: number | null }
  /** The sums add nothing of this peer's until there is a new roster. */
  | { readonly kind: "prepare" }
  /** Asks a peer to take this one in, or tells it that this is not needed any more. */
  | { readonly kind: "reparent"; readonly peer: PeerId; readonly wanted: boolean }
  /** In 1.5 s this peer is an orphan, unless it is told otherwise before. */
  | { readonly kind: "await-parent" }
  | { readonly kind: "parent-awaited" }
  /** Nothing that comes from a peer is of use: it is as if the link to it were gone. */
  | { readonly kind: "lost"; readonly peer: PeerId }
  | { readonly kind: "muted"; readonly peer: PeerId; readonly reason: string };

/** What membership reads of the links. */
export interface LinkView {
  /** Whether there is a link to a peer. */
  isOpen(peer: PeerId): boolean;
}
