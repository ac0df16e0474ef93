import type { Contribution, Standing } from "../aggregate/all-reduce-types.ts";
import type { Answer, OwnAsk } from "../compress/types.ts";
import { seeded } from "../random.ts";
import type { Tip } from "../signaling/messages.ts";
import { type LocalRound, playLocalRound } from "./local-round.ts";
import type { Evaluation } from "./trainer.ts";

/** What a training starts from, and to whom its result goes. */
export interface WorkGround {
  /** The open round, if this peer is to train for it now; else null. */
  next(): { readonly tip: Tip; readonly parameters: Float32Array; readonly standing: Standing } | null;
  started(round: number): void;
  /** Δ of the round after `tip`, which may be past by now. */
  done(tip: Tip, contribution: Contribution): void;
  failed(round: number, cause: unknown): void;
}

/** One training at a time, round after round, for as long as the ground asks for it. */
export class LocalWork {
  private readonly options: Omit<LocalRound, "parameters" | "round" | "standing">;
  private readonly ground: WorkGround;
  private current: Promise<void> = Promise.resolve();
  private isBusy = false;
  private isClosed = false;
  /** A round in which training failed is tried again only when asked to. */
  private failedRound: number | null = null;
  /** The last round for which a person was told of a failure: once is enough. */
  private toldRound: number | null = null;

  constructor(options: LocalWork["options"], ground: WorkGround) {
    this.options = options;
    this.ground = ground;
  }

  /** There may be something to train for. */
  begin(): void {
    const start = this.isBusy || this.isClosed ? null : this.ground.next();
    if (start === null || this.failedRound === start.tip.round + 1) return;
    this.isBusy = true;
    this.current = this.train(start).then(() => {
      this.isBusy = false;
    });
    void this.current.then(() => this.begin());
  }

  /** Tries again what failed. */
  retry(): void {
    this.failedRound = null;
    this.begin();
  }

  /** A model on the whole held-out set. Waits for a training under way. */
  async evaluate(parameters: Float32Array): Promise<Evaluation> {
    await this.current;
    await this.options.trainer.load(parameters);
    return this.options.trainer.evaluate({ part: 0, of: 1 });
  }

  /**
   * What a method asks for while it encodes; null if that fails. No training is under way then: this peer's own is what is being
   * encoded.
   */
  async answer(ask: OwnAsk, round: number): Promise<Answer | null> {
    try {
      if (ask.kind === "largest") return { kind: "largest", entries: await ask.of.largest(ask.count) };
      return { kind: "gradient", gradient: await this.gradient(ask.at, round) };
    } catch (cause) {
      if (!this.isClosed) this.ground.failed(round, cause);
      return null;
    }
  }

  close(): void {
    this.isClosed = true;
  }

  /** Of one minibatch at given parameters. */
  private async gradient(at: Float32Array, round: number): Promise<Float32Array> {
    const { trainer, config } = this.options;
    const rng = seeded(config.seed, "gradient", round);
    const batch = Uint32Array.from({ length: Math.min(config.batch, trainer.samples) }, () => rng.integer(trainer.samples));
    return (await trainer.gradientAt(at, batch)).gradient;
  }

  private async train(start: NonNullable<ReturnType<WorkGround["next"]>>): Promise<void> {
    const { tip, parameters, standing } = start;
    const round = tip.round + 1;
    this.ground.started(round);
    let contribution: Contribution;
    try {
      contribution = await playLocalRound({ ...this.options, parameters, round, standing });
    } catch (cause) {
      this.failedRound = round;
      if (!this.isClosed && this.toldRound !== round) this.ground.failed(round, cause);
      this.toldRound = round;
      return;
    }
    if (!this.isClosed) this.ground.done(tip, contribution);
  }
}
