import { seeded } from "../base/random.ts";
import type { Tip } from "../base/tip.ts";
import type { Version } from "../base/version.ts";
import type { Answer, LocalAsk } from "../compress/types.ts";
import type { Membership } from "../membership/membership.ts";
import type { AllReduce } from "../reduce/all-reduce.ts";
import type { AllReduceEffect, Contribution, TreePosition } from "../reduce/all-reduce-types.ts";
import type { Chain } from "../replica/chain.ts";
import type { Evaluation } from "../run/trainer.ts";
import { playLocalRound } from "./local-round.ts";
import type { RoundOptions } from "./round-options.ts";

/** What is trained for, and where the results go. */
export interface WorkGround {
  readonly chain: Chain;
  readonly membership: Membership;
  readonly sums: AllReduce;
  perform(effects: readonly AllReduceEffect[]): void;
}

/** A round to train for, and the model that it starts from. */
interface Task {
  readonly tip: Tip;
  readonly parameters: Float32Array;
  readonly treePosition: TreePosition;
}

/** What this peer computes for its rounds: one training at a time, and what a method asks for while it encodes. */
export class LocalWork {
  private readonly options: RoundOptions;
  private readonly ground: WorkGround;
  private current: Promise<void> = Promise.resolve();
  private isBusy = false;
  private isClosed = false;
  /** A round in which training failed is tried again only when asked to. */
  private failedRound: number | null = null;
  /** The last round for which a person was told of a failure: once is enough. */
  private toldRound: number | null = null;

  constructor(options: RoundOptions, ground: WorkGround) {
    this.options = options;
    this.ground = ground;
  }

  /** There may be something to train for. */
  begin(): void {
    const task = this.isBusy || this.isClosed ? null : this.next();
    if (task === null || this.failedRound === task.tip.round + 1) return;
    this.isBusy = true;
    this.current = this.train(task).then(() => {
      this.isBusy = false;
    });
    void this.current.then(() => this.begin());
  }

  /** Tries again what failed. */
  retry(): void {
    this.failedRound = null;
    this.begin();
  }

  /** The committed model on the whole held-out set. Waits for a training under way. */
  async evaluate(): Promise<Evaluation> {
    const { parameters } = this.ground.chain.replica;
    await this.current;
    await this.options.trainer.load(parameters);
    return this.options.trainer.evaluate({ part: 0, of: 1 });
  }

  /**
   * A method asks for something while it encodes under a roster. No training is under way then: this peer's own is what is being
   * encoded. What fails is trained for anew when nothing happens for a while.
   */
  async answer(version: Version, ask: LocalAsk): Promise<void> {
    const { chain, sums, perform } = this.ground;
    const { tip } = chain;
    const answer = await this.found(ask, tip.round + 1);
    // One that comes after its round is no answer to what the next round's method asks.
    if (!this.isClosed && chain.tip.hash === tip.hash) perform(sums.answer(version, answer));
  }

  close(): void {
    this.isClosed = true;
  }

  /** The open round, if this peer is in it and has not given anything yet. */
  private next(): Task | null {
    const { chain, membership, sums } = this.ground;
    const { near } = membership;
    if (near === null || near.treePosition === null || !near.roster.running || chain.isOver || chain.isInvalid) return null;
    if (sums.hasContribution || sums.isVoid) return null;
    return { tip: chain.tip, parameters: chain.replica.parameters, treePosition: near.treePosition };
  }

  /** What was asked for; null if that fails. */
  private async found(ask: LocalAsk, round: number): Promise<Answer | null> {
    try {
      if (ask.kind === "largest") return { kind: "largest", entries: await ask.of.largest(ask.count) };
      return { kind: "gradient", gradient: await this.gradient(ask.at, round) };
    } catch (cause) {
      if (!this.isClosed) this.tellFailure(round, cause);
      return null;
    }
  }

  /** Of one minibatch at given parameters. */
  private async gradient(at: Float32Array, round: number): Promise<Float32Array> {
    const { trainer, config } = this.options;
    const rng = seeded(config.seed, "gradient", round);
    const batch = Uint32Array.from({ length: Math.min(config.batch, trainer.samples) }, () => rng.integer(trainer.samples));
    return (await trainer.gradientAt(at, batch)).gradient;
  }

  private async train({ tip, parameters, treePosition }: Task): Promise<void> {
    const round = tip.round + 1;
    this.options.events.training(round);
    let contribution: Contribution;
    try {
      contribution = await playLocalRound({ ...this.options, parameters, round, treePosition });
    } catch (cause) {
      this.failedRound = round;
      if (!this.isClosed && this.toldRound !== round) this.tellFailure(round, cause);
      this.toldRound = round;
      return;
    }
    if (!this.isClosed) this.contribute(tip, contribution);
  }

  /** Δ is ready: it goes into the sum of the round after `start`; if that is past, into the residual, to be sent later. */
  private contribute(start: Tip, contribution: Contribution): void {
    const { chain, sums, perform } = this.ground;
    if (chain.tip.hash === start.hash) perform(sums.contribute(contribution));
    else chain.remember(sums.onExcluded(contribution.x));
  }

  private tellFailure(round: number, cause: unknown): void {
    this.options.events.notice(`training failed in round ${round}: ${String(cause)}; trying again`);
  }
}
