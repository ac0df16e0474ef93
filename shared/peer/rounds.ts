import type { Version } from "../base/version.ts";
import type { KeptResidual } from "../replica/checkpoint.ts";
import type { Evaluation } from "../run/trainer.ts";
import type { View } from "../sync/view.ts";
import { ChainMoves } from "./chain-moves.ts";
import { inspected } from "./inspected.ts";
import { createMachines, type Machines } from "./machines.ts";
import type { RoundOptions } from "./round-options.ts";
import type { Effect, InspectedMachines } from "./step.ts";

const none: readonly Effect[] = [];

/**
 * One peer's rounds: train → encode → sum up the tree → commit → decode → apply, again and again. Whatever happens goes through `step`:
 * it asks a machine what follows, and each thing that follows is stepped in turn, depth first.
 */
export class Rounds {
  private readonly machines: Machines;
  private readonly options: RoundOptions;
  private readonly moves: ChainMoves;
  private readonly inspected: InspectedMachines;
  /** Depth of the next event: 0 while nothing is being performed. */
  private depth = 0;

  constructor(options: RoundOptions) {
    this.options = options;
    this.machines = createMachines(options, (event) => this.dispatch(event));
    this.moves = new ChainMoves(this.machines, options);
    this.inspected = inspected(options, this.machines, this.moves);
  }

  /** The chain of commits, to be read. */
  get chain(): View["chain"] {
    return this.machines.chain;
  }

  /** The roster up to which this peer has promised to give nothing; null: it gives. */
  get promise(): Version | null {
    return this.machines.membership.promise;
  }

  /** The committed model on the whole held-out set. */
  evaluate(): Promise<Evaluation> {
    return this.machines.training.evaluate();
  }

  /** Something has happened: performs all that follows from it. */
  dispatch(event: Effect): void {
    const { depth } = this;
    this.options.inspect?.(event, this.inspected, depth);
    this.depth = depth + 1;
    for (const effect of this.step(event)) this.dispatch(effect);
    this.depth = depth;
  }

  close(): void {
    if (!this.moves.isClosed) this.dispatch({ kind: "close" });
  }

  /** Ends these rounds for good: nothing leaves this peer any more. What of its residual can be kept. */
  retire(): KeptResidual | null {
    const { sums, chain } = this.machines;
    this.close();
    const open = sums.abandon();
    // A residual on a device is out of reach.
    return this.options.trainer.scheme === undefined ? chain.residual(open) : null;
  }

  private step(event: Effect): Iterable<Effect> {
    const { moves } = this;
    const { host } = this.options;
    const { sums, membership, sync, inbox, outbox, work, training, timers } = this.machines;
    switch (event.kind) {
      case "roster":
        return moves.adopt(membership.adopt(event.near));
      case "promise":
        return membership.prepare(event.version);
      case "opened":
        return [...(membership.isBackup(event.peer) ? [] : sync.announce(event.peer)), ...membership.opened(event.peer)];
      case "lost":
        sync.lost(event.peer);
        return membership.lost(event.peer);
      case "muted":
        return done(host.muted(event.peer, event.reason));
      case "orphaned":
        return membership.orphaned();
      case "misbehaved":
        return membership.misbehaved(event.peer, event.misbehavior);
      case "asked-in":
        return membership.asked(event.from, event.wanted) ?? [{ kind: "refused", reason: "not from a neighbor" } as const];
      case "await-parent":
        return done(timers.awaitParent());
      case "parent-awaited":
        return done(timers.parentAwaited());
      case "reparent": {
        const message = { kind: "reparent", version: membership.version, wanted: event.wanted } as const;
        return [{ kind: "post", to: event.peer, message }, ...(event.wanted ? sync.announce(event.peer) : [])];
      }

      case "join":
        return sums.adopt(event.treePosition, event);
      case "child-lost":
        return sums.lost(event.position);
      case "child-found":
        return done(sums.found(event.position));
      case "take-in":
        return done(sums.takeIn(event.position));
      case "turn-to":
        return sums.turnTo(event.position);
      case "prepare":
        return sums.prepare();
      case "deadline":
        return sums.deadline();
      case "up":
        return sums.up(event.from, event.message);
      case "down":
        return moves.down(event.from, event.message);
      case "send":
        return done(void outbox.send(membership.peerAt(event.to), event.message));
      case "phase":
        return done(moves.arm());
      case "asked":
        return done(void training.answer(event.version, event.ask));
      case "answered-ask":
        return moves.answeredAsk(event);
      case "decided":
        return moves.commit(event.decision);
      case "committed":
        return done(moves.committed(event));
      case "close":
        return done(moves.close());
      case "diverged":
      case "logged":
        return none;

      case "begin":
        return work.begin();
      case "train":
        host.training(event.task.tip.round + 1);
        return done(training.train(event.task));
      case "trained":
        return moves.trained(event);
      case "training-failed":
        return work.failed(event.round, event.cause);
      case "ask-failed":
        return work.askFailed(event.round, event.cause);
      case "trainer-free":
        return done(work.free());

      case "bytes":
        return inbox.receive(event.from, event.bytes);
      case "deliver":
        return inbox.deliver(event.from, event.message, event.bytes);
      case "refused":
        return done(inbox.refuse(event.reason));
      case "whole":
        return moves.whole(event);
      case "tip":
        return sync.onTip(event.from, event.have);
      case "unfit":
        return sync.unfit(event.from);
      case "announce":
        return sync.announce(event.to);
      case "piece":
        return sync.piece(event.from, event.message) ?? [{ kind: "refused", reason: "a piece of no snapshot" } as const];
      case "fetch":
        return sync.fetch(event.from, event.message) ?? [{ kind: "refused", reason: "a piece of no snapshot" } as const];
      case "answered":
      case "served":
        return sync.sent(event);
      case "replace":
        return moves.replace(event.snapshot);
      case "post": {
        const { next } = event;
        const sent = outbox.send(event.to, event.message);
        if (next !== undefined) void sent.then(() => this.dispatch(next));
        return none;
      }
      case "broadcast":
        return done(outbox.sendAll(event.to, event.message));
      case "in-step":
        return membership.isObserver ? done(host.inStep(event.tip)) : none;
      case "progress":
        return done(host.progress(event.received, event.total));
      case "notice":
        return done(host.notice(event.text));
      case "overdue":
        return done(host.overdue(membership.version));
      case "look-around":
        return moves.lookAround(event.isOverdue);
      case "tell-if-over":
        return done(moves.tellIfOver());
    }
  }
}

/** What was done has no effect on the other machines. */
function done(_performed: unknown): readonly Effect[] {
  return none;
}
