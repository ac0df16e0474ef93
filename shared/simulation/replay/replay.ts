import type { Tip } from "../../base/tip.ts";
import type { RoundHost } from "../../peer/round-options.ts";
import { Rounds } from "../../peer/rounds.ts";
import type { Effect } from "../../peer/step.ts";
import { traceRecord } from "../../peer/trace/trace-record.ts";
import { runScheme } from "../../run/run-scheme.ts";
import type { Trainer } from "../../run/trainer.ts";
import type { Sent } from "../../sync/sync-effect.ts";
import { difference, Produced } from "./difference.ts";
import { Passage, TraceEnd } from "./passage.ts";
import { recordedEnd, recordedEvent } from "./recorded-event.ts";
import { recordedState } from "./recorded-state.ts";
import { ReplayClock } from "./replay-clock.ts";
import { Token } from "./token.ts";
import { tokenCodec } from "./token-codec.ts";
import { tokenScheme } from "./token-scheme.ts";
import { ReplayError, readLine, type TraceLine } from "./trace-line.ts";
import { zeros } from "./zeros.ts";

type Told = ReturnType<typeof recordedEvent.parse>;
type Ended = ReturnType<typeof recordedEnd.parse>;

/** What a peer is to be told once more may be sent: bounded, for an answer is one message at a time for each peer. */
const maxSent = 65_536;

/**
 * A peer's rounds, made anew from the first record of a trace, that are told what the trace says came to them, at its times. All that they
 * do is compared with what it says they did. They are the same code as a peer's but for numbers: updates are tokens that are told apart
 * by their hashes, and what only numbers can tell (see `Passage`) is taken from the trace.
 */
export class Replay {
  private readonly rounds: Rounds;
  private readonly clock: ReplayClock;
  private passage: Passage | null = null;
  /** To whom there is a link. */
  private open: ReadonlySet<string>;
  /** The line that the peer is being told. */
  private told: TraceLine | null = null;
  private sent: readonly Sent[] = [];
  /** Where the training under way starts; "unknown": it was under way before the trace began. */
  private training: Tip | "unknown" | null;

  /** @throws {ReplayError} where the record is none of a state from which a peer can go on */
  constructor(first: TraceLine) {
    const { standing, open, armedAt, at, isWhole } = readLine(first, recordedState);
    if (!isWhole) {
      const got = "got one that begins within a round: it can be shown, not replayed";
      throw new ReplayError(first.number, `expected a trace that begins between two rounds, ${got}`);
    }
    const { config, tensors, statistics, pieceBytes, chain, work } = standing;
    const last = tensors.at(-1);
    const layout = { tensors, length: last === undefined ? 0 : last.offset + last.size, statistics };
    const scheme = tokenScheme(runScheme(config), (isLater) => this.passage!.asked(isLater));
    const { replicated, local } = scheme.init(layout);
    const parameters = zeros(layout.length);
    const undoLog = chain.undoLog.map((known) => ({ ...known, delivered: new Token(layout.length) }));
    this.open = new Set(open);
    this.training = work.isBusy ? "unknown" : null;
    this.clock = new ReplayClock(armedAt ?? at);
    this.rounds = new Rounds({
      ...{ config, scheme, standing, parameters, clock: this.clock },
      trainer: idleTrainer(layout),
      seat: 0,
      hasher: () => this.passage?.hash ?? chain.tip.hash,
      restored: {
        ...{ room: "", schema: "", session: "", seat: 0, members: 0, version: chain.tip.version, config, replicated, parameters },
        ...{ tip: chain.tip, previous: chain.previous, headers: chain.headers },
        residual: { local, open: chain.hasFormer ? parameters : null, undoLog },
      },
      codec: tokenCodec({ passage: () => this.passage!, replica: () => this.rounds.chain.replica }),
      host: this.host(),
      inspect: (event, _machines, depth) => this.hear(event, depth),
      ...(pieceBytes === null ? {} : { pieceBytes }),
    });
  }

  /**
   * An event from outside, and all that followed from it.
   * @param isLast the trace ends here, perhaps before all that followed
   * @throws {ReplayError} where the peer does anything else
   */
  play(lines: readonly TraceLine[], isLast: boolean): void {
    const passage = new Passage(lines, isLast);
    this.passage = passage;
    try {
      this.tell(passage.take("an event from outside"));
    } catch (cause) {
      if (cause instanceof TraceEnd) return;
      throw cause instanceof ReplayError ? cause : failed(lines[0]!, cause);
    }
    const { next } = passage;
    if (next !== null) throw new ReplayError(next.number, `expected nothing more to follow, got ${next.record.kind}`);
  }

  private tell(line: TraceLine): void {
    const { number, record } = line;
    const at = `${Math.round(record.at)} ms`;
    this.told = line;
    this.clock.moveTo(record.at);
    const late = this.clock.overdue();
    if (late !== null) {
      throw new ReplayError(number, `expected ${late.name} at ${Math.round(late.dueMs)} ms, got ${record.kind} at ${at}`);
    }
    const end = recordedEnd.safeParse(record);
    if (end.success) return this.end(end.data, number);
    const event = readLine(line, recordedEvent);
    this.note(event, number);
    this.rounds.dispatch(event);
  }

  /** What an event from outside says of the links and of the training under way. */
  private note(event: Told, line: number): void {
    switch (event.kind) {
      case "roster":
        this.open = new Set(event.open);
        break;
      case "opened":
        this.open = new Set([...this.open, event.peer]);
        break;
      case "lost":
        this.open = new Set([...this.open].filter((peer) => peer !== event.peer));
        break;
      case "trained":
      case "training-failed": {
        const { training } = this;
        if (training === null)
          throw new ReplayError(line, `expected no training to end, for none was under way, got ${event.kind}`);
        const found = training === "unknown" || event.kind !== "trained" ? null : difference(event.start, training, "start");
        if (found !== null) throw new ReplayError(line, `${event.kind}: ${found}`);
        this.training = null;
      }
    }
  }

  /** A wait of the peer's own ends, or more may be sent. */
  private end(event: Ended, line: number): void {
    if (event.kind !== "answered" && event.kind !== "served") {
      const reason = this.clock.end(event.kind, event.kind === "look-around" ? event.isOverdue : null);
      if (reason !== null) throw new ReplayError(line, `expected no ${event.kind}, got one: ${reason}`);
      return;
    }
    const next = this.sent.find((one) => one.kind === event.kind && peerOf(one) === event.to);
    if (next === undefined) throw new ReplayError(line, `expected no ${event.kind}, for nothing was sent to that peer, got one`);
    this.sent = this.sent.filter((one) => one !== next);
    this.rounds.dispatch(next);
  }

  /** What the peer does next: is it what the trace says? */
  private hear(event: Effect, depth: number): void {
    const { kind } = event;
    // What came from outside is as the trace says, but for what the clock makes of it.
    const isTold = this.told !== null;
    const line = this.told ?? this.passage!.take(`${kind} to follow`);
    const { record, number } = line;
    this.told = null;
    this.clock.moveTo(record.at);
    if (record.kind !== kind) throw new ReplayError(number, `expected ${kind}, got ${record.kind}`);
    if (!isTold || kind === "look-around") {
      const produced = traceRecord(event, { at: record.at, depth }, (sum) => new Produced(sum));
      const found = difference(record, produced);
      if (found !== null) throw new ReplayError(number, `${kind}: ${found}`);
    }
    if (event.kind === "train") this.training = event.task.tip;
    if (event.kind === "post" && event.next !== undefined) this.sent = [...this.sent, event.next].slice(-maxSent);
  }

  private host(): RoundHost {
    const nothing = (): void => {};
    return {
      isOpen: (peer) => this.open.has(peer),
      send: () => {
        const passage = this.passage!;
        const { depth } = passage;
        // What is sent may break its link: that comes from outside while the peer is at work.
        while (passage.next !== null && passage.next.record.depth > depth) this.tell(passage.take("what was sent"));
        return new Promise(nothing);
      },
      ...{ training: nothing, committed: nothing, confirmed: nothing, reconciled: nothing, decided: nothing, inStep: nothing },
      ...{
        voided: nothing,
        finished: nothing,
        muted: nothing,
        progress: nothing,
        notice: nothing,
        overdue: nothing,
        idle: nothing,
      },
    };
  }
}

/** What an edited line may make of a peer. */
function failed({ number, record }: TraceLine, cause: unknown): ReplayError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ReplayError(number, `expected what a peer can go on from, got ${record.kind}, at which it fails: ${reason}`);
}

function peerOf(sent: Sent): string {
  return sent.kind === "served" ? sent.to : sent.answer.to;
}

/** Its trainings end when the trace says so. */
function idleTrainer(layout: Trainer["layout"]): Trainer {
  const never = (): Promise<never> => new Promise(() => {});
  return { layout, samples: 1, load: never, localUpdate: never, gradientAt: never, evaluate: never, dispose: () => {} };
}
