import type { Tip } from "../base/tip.ts";
import type { TreePosition } from "../reduce/all-reduce-types.ts";
import type { View } from "../sync/view.ts";

/** A round to train for, and the model that it starts from. */
export interface Task {
  readonly tip: Tip;
  readonly parameters: Float32Array;
  readonly treePosition: TreePosition;
}

export type WorkEffect = { readonly kind: "train"; readonly task: Task } | { readonly kind: "notice"; readonly text: string };

/** When this peer trains: one training at a time, for the open round if the peer is in it and has not given anything yet. */
export class LocalWork {
  private readonly view: View;
  private isBusy = false;
  private isClosed = false;
  /** A round in which training failed is tried again only when nothing has happened for a while. */
  private failedRound: number | null = null;
  /** The last round for which a person was told of a failure: once is enough. */
  private toldRound: number | null = null;

  constructor(view: View) {
    this.view = view;
  }

  /** All that it knows, as plain data. */
  get standing() {
    return { isBusy: this.isBusy, failedRound: this.failedRound, toldRound: this.toldRound };
  }

  /** Goes on from where another stood. */
  resume({ isBusy, failedRound, toldRound }: LocalWork["standing"]): void {
    this.isBusy = isBusy;
    this.failedRound = failedRound;
    this.toldRound = toldRound;
  }

  /** There may be something to train for. */
  begin(): readonly WorkEffect[] {
    const task = this.isBusy || this.isClosed ? null : this.next();
    if (task === null || this.failedRound === task.tip.round + 1) return [];
    this.isBusy = true;
    return [{ kind: "train", task }];
  }

  /** No training is under way any more. */
  free(): void {
    this.isBusy = false;
  }

  /** Tries again what failed. */
  retry(): readonly WorkEffect[] {
    this.failedRound = null;
    return this.begin();
  }

  failed(round: number, cause: unknown): readonly WorkEffect[] {
    const isTold = this.toldRound === round;
    this.failedRound = round;
    this.toldRound = round;
    return isTold ? [] : this.askFailed(round, cause);
  }

  /** What a method asked for cannot be had: its round is trained for anew. */
  askFailed(round: number, cause: unknown): readonly WorkEffect[] {
    if (this.isClosed) return [];
    return [{ kind: "notice", text: `training failed in round ${round}: ${String(cause)}; trying again` }];
  }

  close(): void {
    this.isClosed = true;
  }

  private next(): Task | null {
    const { chain, membership, sums } = this.view;
    const { near } = membership;
    if (near === null || near.treePosition === null || !near.roster.running || chain.isOver || chain.isInvalid) return null;
    if (sums.hasContribution || sums.isVoid) return null;
    return { tip: chain.tip, parameters: chain.replica.parameters, treePosition: near.treePosition };
  }
}
