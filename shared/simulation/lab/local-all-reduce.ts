import type { Hash } from "../../base/hash.ts";
import type { Layout } from "../../base/layout.ts";
import type { Rng } from "../../base/random.ts";
import type { Tip } from "../../base/tip.ts";
import type { Version } from "../../base/version.ts";
import { type ContextOf, createContexts } from "../../compress/context.ts";
import type { GradientAsk, Scheme } from "../../compress/types.ts";
import { AllReduce } from "../../reduce/all-reduce.ts";
import type { AllReduceEffect, Contribution, Decision, TreePosition } from "../../reduce/all-reduce-types.ts";
import { defaultConfig } from "../../run/config.ts";
import { noMetrics } from "../../sum/part.ts";
import type { TopologyName } from "../../tree/topologies.ts";
import { placeOf } from "../../tree/tree.ts";
import type { State, Update } from "../../vector/update.ts";
import { type Codec, createCodec } from "../../wire/message-code.ts";
import type { Down, Up } from "../../wire/messages.ts";
import { sumShapesOf } from "../../wire/sum-shape.ts";
import { webrtcBytes } from "./webrtc-bytes.ts";

/** One roster for the whole run. */
const version: Version = [1, 1];
/** Of the replica after a round. One process has one replica, so that nobody compares it; on the wire it takes its 8 bytes. */
const committedHash: Hash = "1".repeat(32);

interface Envelope {
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
  /** When its last byte is there, in bytes' times since the round began. */
  readonly arrives: number;
}

/** The gradient that a method asked of its peer. */
export interface GradientRequest {
  readonly peer: number;
  readonly ask: GradientAsk;
}

/** Answers a method that asks for its peer's gradient. */
export type GradientAt = (peer: number, at: Float32Array) => Float32Array;

/**
 * P peers' sums in one process: no time, no faults, every message through the codec, delivered in an order that a random
 * source may choose. `sum` does what the tree does in a round, `open` what a commit does after it, `round` both.
 */
export class LocalAllReduce {
  readonly sums: AllReduce[];
  readonly local: State[];
  replicated: State;
  /** The model that the peers share: what methods that ask for gradients start from. Set by whoever applies the estimates. */
  parameters: Float32Array;
  /** Messages of the last round. */
  messages = 0;
  /** Their bytes as encoded, without frames: Σ over peers. */
  bytes = 0;
  /** The same on the wire over WebRTC, about. */
  wireBytes = 0;
  /**
   * How long the round took, in the time that one byte takes on a peer's way out: messages of one peer leave one after the other, a peer
   * sends what it has when it has it, and nothing else takes time.
   */
  pathBytes = 0;
  /** When each peer has heard the last that it has heard, and when its way out is free. */
  private ready: number[] = [];
  private free: number[] = [];
  decisions: Decision[] = [];
  private readonly scheme: Scheme;
  private readonly layout: Layout;
  private readonly tree: TopologyName;
  private readonly seed: number;
  private readonly codec: Codec;
  private tip: Tip = { round: 0, version, hash: "0".repeat(32) };

  constructor(scheme: Scheme, layout: Layout, members: number, tree: TopologyName = defaultConfig.tree, seed = 1) {
    this.scheme = scheme;
    this.layout = layout;
    this.tree = tree;
    this.seed = seed;
    this.codec = createCodec(tree, layout.length, sumShapesOf(scheme.phases(layout, { round: 1, members })));
    this.replicated = scheme.init(layout).replicated;
    this.parameters = new Float32Array(layout.length);
    this.local = Array.from({ length: members }, () => scheme.init(layout).local);
    this.sums = this.local.map(
      (local, seat) => new AllReduce(scheme, layout, { tip: this.tip, local, replicated: this.replicated }, this.contextOf(seat)),
    );
    for (const [position, sum] of this.sums.entries()) sum.adopt(this.treePosition(position));
  }

  /** One round: every peer gives xs[i]; returns the estimate that all replicas subtract. */
  round(xs: readonly Float32Array[], rng?: Rng, gradientAt?: GradientAt): Update {
    const { totals, part } = this.sum(xs, rng, gradientAt);
    const context = this.contextOf(0)({ layout: this.layout, round: this.tip.round + 1, members: this.sums.length });
    const { estimate, replicated } = this.scheme.decode(totals, part.weight, this.replicated, context);
    this.open({ ...this.tip, round: this.tip.round + 1 }, replicated);
    return estimate;
  }

  /** Sums xs[i] of all peers up and down the tree; returns the root's decision. The round stays open. */
  sum(xs: readonly Float32Array[], rng?: Rng, gradientAt?: GradientAt): Decision {
    const summing = this.summing(
      xs.map((x) => ({ x, weight: 1, metrics: noMetrics })),
      rng,
    );
    let step = summing.next();
    while (step.done !== true) {
      if (gradientAt === undefined) throw new Error("expected a scheme that asks for no gradients");
      step = summing.next(gradientAt(step.value.peer, step.value.ask.at));
    }
    return step.value;
  }

  /** `sum` of what peers have trained, with gradients that take a while. */
  async sumOf(
    contributions: readonly Contribution[],
    gradientOf: (request: GradientRequest) => Promise<Float32Array>,
  ): Promise<Decision> {
    const summing = this.summing(contributions);
    let step = summing.next();
    while (step.done !== true) step = summing.next(await gradientOf(step.value));
    return step.value;
  }

  private *summing(contributions: readonly Contribution[], rng?: Rng): Generator<GradientRequest, Decision, Float32Array> {
    const inbox: Envelope[] = [];
    const asked: { readonly at: number; readonly version: Version; readonly ask: GradientAsk }[] = [];
    this.ready = contributions.map(() => 0);
    this.free = contributions.map(() => 0);
    this.decisions = [];
    this.messages = 0;
    this.bytes = 0;
    this.wireBytes = 0;
    const perform = (at: number, effects: readonly AllReduceEffect[]): void => {
      for (const effect of effects) {
        if (effect.kind === "refused") throw new Error(effect.reason);
        if (effect.kind === "send") this.post(inbox, { from: at, to: effect.to, message: effect.message });
        if (effect.kind === "decided") this.decide(at, effect.decision, inbox);
        if (effect.kind === "asked") {
          if (effect.ask.kind !== "gradient") throw new Error("expected a scheme whose updates are arrays");
          asked.push({ at, version: effect.version, ask: effect.ask });
        }
      }
    };
    for (const [position, sum] of this.sums.entries()) perform(position, sum.contribute(contributions[position]!));
    while (inbox.length > 0 || asked.length > 0) {
      const request = asked.shift();
      if (request !== undefined) {
        const { at, ask } = request;
        perform(at, this.sums[at]!.answer(request.version, { kind: "gradient", gradient: yield { peer: at, ask } }));
        continue;
      }
      const [{ from, to, bytes, arrives }] = inbox.splice(rng?.integer(inbox.length) ?? 0, 1) as [Envelope];
      this.ready[to] = Math.max(this.ready[to]!, arrives);
      const message = this.codec.decode(bytes, { epochs: [version[0]], hashAfter: () => this.tip.hash });
      if (message.kind === "up") perform(to, this.sums[to]!.up(from, message));
      if (message.kind === "down") perform(to, this.sums[to]!.down(message));
    }
    this.pathBytes = Math.max(...this.ready);
    return this.decisions[0]!;
  }

  /** The decided round is committed: `tip` is the chain after it, `replicated` its state beside the parameters. */
  open(tip: Tip, replicated: State): void {
    this.replicated = replicated;
    this.tip = tip;
    for (const [position, sum] of this.sums.entries()) {
      const { local } = this.decisions[position]!;
      this.local[position] = local!;
      sum.open({ tip: this.tip, local, replicated });
    }
  }

  /** The contexts of the peer in that seat. */
  contextOf(seat: number): ContextOf {
    return createContexts({ seed: this.seed, seat, parameters: () => this.parameters });
  }

  private decide(at: number, decision: Decision, inbox: Envelope[]): void {
    this.decisions[at] = decision;
    const message: Down = {
      kind: "down",
      version,
      committedBy: version,
      round: this.tip.round + 1,
      previous: this.tip.hash,
      phase: decision.totals.length - 1,
      hash: committedHash,
      part: decision.part,
    };
    for (const to of this.treePosition(at).place.children) this.post(inbox, { from: at, to, message });
  }

  private post(inbox: Envelope[], { from, to, message }: { from: number; to: number; message: Up | Down }): void {
    const bytes = this.codec.encode(message);
    this.messages += 1;
    this.bytes += bytes.length;
    this.wireBytes += webrtcBytes(bytes.length);
    const arrives = Math.max(this.ready[from]!, this.free[from]!) + bytes.length;
    this.free[from] = arrives;
    inbox.push({ from, to, bytes, arrives });
  }

  private treePosition(position: number): TreePosition {
    const members = this.local.length;
    return { version, position, members, place: placeOf(this.tree, position, members), tree: this.tree };
  }
}
