import type { Version } from "../base/version.ts";
import type { Answer, LocalAsk } from "../compress/types.ts";
import type { Evaluation } from "../run/trainer.ts";
import type { View } from "../sync/view.ts";
import { askedGradient } from "./asked-gradient.ts";
import { playLocalRound } from "./local-round.ts";
import type { Task } from "./local-work.ts";
import type { RoundOptions } from "./round-options.ts";
import type { RoundEvent } from "./step.ts";

/** Does what takes a trainer's time, and tells what came of it. */
export class Training {
  private readonly options: RoundOptions;
  private readonly view: View;
  private readonly dispatch: (event: RoundEvent) => void;
  private current: Promise<void> = Promise.resolve();

  constructor(options: RoundOptions, view: View, dispatch: (event: RoundEvent) => void) {
    this.options = options;
    this.view = view;
    this.dispatch = dispatch;
  }

  /** Trains for a round. Once the trainer is free again there may be another. */
  train(task: Task): void {
    this.current = this.play(task).then(() => this.dispatch({ kind: "trainer-free" }));
    void this.current.then(() => this.dispatch({ kind: "begin" }));
  }

  /**
   * A method asks for something while it encodes under a roster. No training is under way then: this peer's own is what is being
   * encoded. What fails is trained for anew when nothing happens for a while.
   */
  async answer(version: Version, ask: LocalAsk): Promise<void> {
    const start = this.view.chain.tip;
    const answer = await this.found(ask, start.round + 1);
    this.dispatch({ kind: "answered-ask", version, start, answer });
  }

  /** The committed model on the whole held-out set. Waits for a training under way. */
  async evaluate(): Promise<Evaluation> {
    const { parameters } = this.view.chain.replica;
    await this.current;
    await this.options.trainer.load(parameters);
    return this.options.trainer.evaluate({ part: 0, of: 1 });
  }

  private async play({ tip, parameters, treePosition }: Task): Promise<void> {
    const round = tip.round + 1;
    let event: RoundEvent;
    try {
      event = {
        kind: "trained",
        start: tip,
        contribution: await playLocalRound({ ...this.options, parameters, round, treePosition }),
      };
    } catch (cause) {
      event = { kind: "training-failed", round, cause };
    }
    this.dispatch(event);
  }

  /** What was asked for; null if that fails. */
  private async found(ask: LocalAsk, round: number): Promise<Answer | null> {
    try {
      if (ask.kind === "largest") return { kind: "largest", entries: await ask.of.largest(ask.count) };
      const { parameters } = this.view.chain.replica;
      return { kind: "gradient", gradient: await askedGradient(ask, { ...this.options, parameters, round }) };
    } catch (cause) {
      this.dispatch({ kind: "ask-failed", round, cause });
      return null;
    }
  }
}
