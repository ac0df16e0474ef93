import type { PeerId } from "../base/transport.ts";
import type { LinkView, MembershipEffect } from "./membership-effect.ts";
import type { Neighborhood } from "./neighbors.ts";

/**
 * Who sums with whom while links of the tree are lost. A peer whose parent is out of reach asks the peer at the other end of a
 * backup link to take it in, and goes back when its parent is there again. The other treats it as a child: waits for its parts,
 * sends it the totals. All of it ends with the next roster.
 */
export class ParentFailover {
  private readonly view: LinkView;
  private near: Neighborhood | null = null;
  private standIn: PeerId | null = null;
  private readonly taken = new Map<PeerId, number>();
  /** Whether the parent's link is gone; false where there is no parent. */
  private isWaiting = false;
  private isOrphan = false;

  constructor(view: LinkView) {
    this.view = view;
  }

  /** All that it knows beside the roster, as plain data. */
  get standing() {
    const { standIn, isWaiting, isOrphan } = this;
    return { standIn, isWaiting, isOrphan, taken: [...this.taken].map(([peer, position]) => ({ peer, position })) };
  }

  /** Goes on from where another stood under that roster. */
  resume(near: Neighborhood | null, { standIn, isWaiting, isOrphan, taken }: ParentFailover["standing"]): void {
    this.near = near;
    this.standIn = standIn;
    this.isWaiting = isWaiting;
    this.isOrphan = isOrphan;
    for (const { peer, position } of taken) this.taken.set(peer, position);
  }

  /** Whether no wait for the parent's link is under way. */
  get isAtRest(): boolean {
    return !this.isWaiting || this.isOrphan;
  }

  /** From whom totals come. */
  get parent(): PeerId | null {
    return this.standIn ?? this.near?.parent ?? null;
  }

  /** The peers that were taken in. */
  get children(): readonly PeerId[] {
    return [...this.taken.keys()];
  }

  /** Whether this peer waits for its parent, or has asked for another. */
  get isCutOff(): boolean {
    return this.isOrphan && this.standIn === null;
  }

  isReparented(peer: PeerId): boolean {
    return peer === this.standIn || this.taken.has(peer);
  }

  /** A new roster. @returns with the effects the position of the parent if it is there, to which parts may go */
  adopt(near: Neighborhood): { readonly parent: number | null; readonly effects: readonly MembershipEffect[] } {
    const effects = this.settle();
    this.near = near;
    this.standIn = null;
    this.taken.clear();
    if (near.parent === null) return { parent: null, effects };
    if (this.view.isOpen(near.parent)) return { parent: near.treePosition!.place.parent, effects };
    return { parent: null, effects: [...effects, ...this.wait()] };
  }

  opened(peer: PeerId): readonly MembershipEffect[] {
    const { near, standIn } = this;
    if (near === null) return [];
    if (peer !== near.parent) return this.findStandIn();
    this.standIn = null;
    return [
      ...this.settle(),
      ...(standIn === null ? [] : [{ kind: "reparent", peer: standIn, wanted: false } as const]),
      { kind: "turn-to", position: near.treePosition!.place.parent },
    ];
  }

  lost(peer: PeerId): readonly MembershipEffect[] {
    const effects: MembershipEffect[] = [...this.giveUp(peer)];
    if (peer === this.standIn) {
      this.standIn = null;
      effects.push({ kind: "turn-to", position: null });
    } else if (peer === this.near?.parent && this.standIn === null && !this.isWaiting) {
      effects.push({ kind: "turn-to", position: null }, ...this.wait());
    }
    return [...effects, ...this.findStandIn()];
  }

  /** The peer at the other end of a backup link wants to be taken in, or does not need it any more. null: it may not ask. */
  asked(peer: PeerId, wanted: boolean): readonly MembershipEffect[] | null {
    const backup = this.near?.backups.find((each) => each.peer === peer);
    if (backup === undefined) return null;
    const effects: MembershipEffect[] = [];
    if (!wanted) effects.push(...this.giveUp(peer));
    else if (peer !== this.standIn) effects.push(this.take(peer, backup.position));
    else if (backup.position > this.near!.treePosition!.position) {
      // Each has asked the other, and both would wait: the later one hangs below the earlier.
      this.standIn = null;
      effects.push({ kind: "reparent", peer, wanted: false }, { kind: "turn-to", position: null });
      effects.push(this.take(peer, backup.position));
    }
    return [...effects, ...this.findStandIn()];
  }

  /** The wait for the parent has ended without it. */
  orphaned(): readonly MembershipEffect[] {
    this.isOrphan = true;
    return this.findStandIn();
  }

  /** The parent is there, or there is another one. */
  private settle(): readonly MembershipEffect[] {
    const { isWaiting } = this;
    this.isWaiting = false;
    this.isOrphan = false;
    return isWaiting ? [{ kind: "parent-awaited" }] : [];
  }

  private wait(): readonly MembershipEffect[] {
    this.isWaiting = true;
    return [{ kind: "await-parent" }];
  }

  private findStandIn(): readonly MembershipEffect[] {
    if (!this.isOrphan || this.standIn !== null) return [];
    const backup = this.near?.backups.find(({ peer }) => this.view.isOpen(peer) && !this.taken.has(peer));
    if (backup === undefined) return [];
    this.standIn = backup.peer;
    return [
      { kind: "reparent", peer: backup.peer, wanted: true },
      { kind: "turn-to", position: backup.position },
    ];
  }

  private take(peer: PeerId, position: number): MembershipEffect {
    this.taken.set(peer, position);
    return { kind: "take-in", position };
  }

  private giveUp(peer: PeerId): readonly MembershipEffect[] {
    const position = this.taken.get(peer);
    return position !== undefined && this.taken.delete(peer) ? [{ kind: "child-lost", position }] : [];
  }
}
