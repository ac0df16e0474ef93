import type { Version } from "../base/version.ts";
import type { KeptResidual } from "../replica/checkpoint.ts";
import type { Evaluation } from "../run/trainer.ts";
import type { View } from "../sync/view.ts";
import { ChainMoves, type Effects } from "./chain-moves.ts";
import { createMachines, type Machines } from "./machines.ts";
import type { RoundOptions } from "./round-options.ts";
import type { Effect, RoundEvent } from "./step.ts";

/**
 * One peer's rounds: train → encode → sum up the tree → commit → decode → apply, again and again. Whatever happens goes through `step`:
 * it asks a machine what follows, and each thing that follows is stepped in turn, depth first.
 */
export class Rounds {
  private readonly machines: Machines;
  private readonly options: RoundOptions;
  private readonly moves: ChainMoves;
  private isClosed = false;

  constructor(options: RoundOptions) {
    this.options = options;
    this.machines = createMachines(options, (event) => this.dispatch(event));
    this.moves = new ChainMoves(this.machines, options.host);
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
  dispatch(event: RoundEvent | Effect): void {
    this.options.inspect?.(event, this.machines);
    for (const effect of this.step(event)) this.dispatch(effect);
  }

  close(): void {
    this.isClosed = true;
    this.moves.close();
  }

  /** Ends these rounds for good: nothing leaves this peer any more. What of its residual can be kept. */
  retire(): KeptResidual | null {
    const { sums, chain } = this.machines;
    this.close();
    const open = sums.abandon();
    // A residual on a device is out of reach.
    return this.options.trainer.scheme === undefined ? chain.residual(open) : null;
  }

  private *step(event: RoundEvent | Effect): Effects {
    const { moves } = this;
    const { host } = this.options;
    const { chain, sums, membership, sync, inbox, outbox, work, training, timers } = this.machines;
    switch (event.kind) {
      case "roster":
        return yield* moves.adopt(membership.adopt(event.near));
      case "promise":
        return yield* membership.prepare(event.version);
      case "opened":
        if (!membership.isBackup(event.peer)) yield* sync.announce(event.peer);
        return yield* membership.opened(event.peer);
      case "lost":
        sync.lost(event.peer);
        return yield* membership.lost(event.peer);
      case "muted":
        return host.muted(event.peer, event.reason);
      case "orphaned":
        return yield* membership.orphaned();
      case "misbehaved":
        return yield* membership.misbehaved(event.peer, event.misbehavior);
      case "asked-in":
        return yield* membership.asked(event.from, event.wanted) ?? [{ kind: "refused", reason: "not from a neighbor" } as const];
      case "await-parent":
        return timers.awaitParent();
      case "parent-awaited":
        return timers.parentAwaited();
      case "reparent": {
        const message = { kind: "reparent", version: membership.version, wanted: event.wanted } as const;
        yield { kind: "post", to: event.peer, message };
        return event.wanted ? yield* sync.announce(event.peer) : undefined;
      }

      case "join":
        return yield* sums.adopt(event.treePosition, event);
      case "child-lost":
        return yield* sums.lost(event.position);
      case "child-found":
        return sums.found(event.position);
      case "take-in":
        return sums.takeIn(event.position);
      case "turn-to":
        return yield* sums.turnTo(event.position);
      case "prepare":
        return yield* sums.prepare();
      case "deadline":
        return yield* sums.deadline();
      case "up":
        return yield* sums.up(event.from, event.message);
      case "down":
        yield* sums.down(event.message);
        return chain.isInvalid ? yield* membership.misbehaved(event.from, "contradiction") : undefined;
      case "send":
        return void outbox.send(membership.peerAt(event.to), event.message);
      case "phase":
        return moves.arm();
      case "asked":
        return void training.answer(event.version, event.ask);
      case "answered-ask":
        // One that comes after its round is no answer to what the next round's method asks.
        if (this.isClosed || chain.tip.hash !== event.start.hash) return;
        return yield* sums.answer(event.version, event.answer);
      case "decided":
        return yield* moves.commit(event.decision);
      case "committed":
        return moves.committed(event);

      case "begin":
        return yield* work.begin();
      case "train":
        host.training(event.task.tip.round + 1);
        return training.train(event.task);
      case "trained":
        if (this.isClosed) return;
        if (chain.tip.hash === event.start.hash) return yield* sums.contribute(event.contribution);
        // Its round is past: Δ goes into the residual, to be sent later.
        return chain.remember(sums.onExcluded(event.contribution.x));
      case "training-failed":
        return yield* work.failed(event.round, event.cause);
      case "ask-failed":
        return yield* work.askFailed(event.round, event.cause);
      case "trainer-free":
        return work.free();

      case "bytes":
        return yield* inbox.receive(event.from, event.bytes);
      case "deliver":
        return yield* inbox.deliver(event.from, event.message, event.bytes);
      case "refused":
        return inbox.refuse(event.reason);
      case "whole": {
        const { isTaken, effects } = inbox.whole(event.from, event.bytes);
        yield* effects;
        return isTaken ? undefined : sync.refuse(event.from, event.hash);
      }
      case "tip":
        return yield* sync.onTip(event.from, event.have);
      case "unfit":
        return yield* sync.unfit(event.from);
      case "announce":
        return yield* sync.announce(event.to);
      case "piece":
        return yield* sync.piece(event.from, event.message) ?? [{ kind: "refused", reason: "a piece of no snapshot" } as const];
      case "fetch":
        return yield* sync.fetch(event.from, event.message) ?? [{ kind: "refused", reason: "a piece of no snapshot" } as const];
      case "answered":
      case "served":
        return yield* sync.sent(event);
      case "replace":
        return yield* moves.replace(event.snapshot);
      case "post": {
        const { next } = event;
        const sent = outbox.send(event.to, event.message);
        return next === undefined ? undefined : void sent.then(() => this.dispatch(next));
      }
      case "broadcast":
        return outbox.sendAll(event.to, event.message);

      case "in-step":
        return membership.isObserver ? host.inStep(event.tip) : undefined;
      case "progress":
        return host.progress(event.received, event.total);
      case "notice":
        return host.notice(event.text);
      case "overdue":
        return host.overdue(membership.version);
      case "look-around":
        return yield* moves.lookAround(event.isOverdue);
      case "tell-if-over":
        return moves.tellIfOver();
      default:
        event satisfies never;
    }
  }
}
