import { AllReduce } from "../aggregate/all-reduce.ts";
import type { AllReduceEffect, Contribution, Decision, Standing } from "../aggregate/all-reduce-types.ts";
import { noMetrics } from "../aggregate/part.ts";
import { placeOf, type TreeKind } from "../aggregate/tree.ts";
import { type ContextOf, createContexts } from "../compress/context.ts";
import type { Scheme } from "../compress/types.ts";
import type { Layout } from "../layout.ts";
import type { Rng } from "../random.ts";
import type { Tip } from "../signaling/messages.ts";
import type { Version } from "../signaling/version.ts";
import type { State, Update } from "../update.ts";
import type { Down, Up } from "../wire/messages.ts";

const version: Version = [1, 1];

/** P peers' sums in one process, message by message, in an order that a random source chooses. */
export class Forest {
  readonly sums: AllReduce[];
  readonly own: State[];
  common: State;
  /** The model that the peers share: what methods that ask for gradients start from. Set by the test. */
  parameters: Float32Array;
  /** Messages of the last round. */
  messages = 0;
  decisions: Decision[] = [];
  private readonly scheme: Scheme;
  private readonly layout: Layout;
  private readonly tree: TreeKind;
  private tip: Tip = { round: 0, version, hash: "0".repeat(32) };

  constructor(scheme: Scheme, layout: Layout, members: number, tree: TreeKind = "heap") {
    this.scheme = scheme;
    this.layout = layout;
    this.tree = tree;
    this.common = scheme.init(layout).common;
    this.parameters = new Float32Array(layout.length);
    this.own = Array.from({ length: members }, () => scheme.init(layout).own);
    this.sums = this.own.map(
      (own, seat) => new AllReduce(scheme, layout, { tip: this.tip, own, common: this.common }, this.contextOf(seat)),
    );
    for (const [position, sum] of this.sums.entries()) sum.adopt(this.standing(position));
  }

  /** One round: every peer gives xs[i]; returns the estimate that all replicas subtract. */
  round(xs: readonly Float32Array[], rng?: Rng, gradientAt?: (peer: number, at: Float32Array) => Float32Array): Update {
    const inbox: { from: number; to: number; message: Up | Down }[] = [];
    this.decisions = [];
    this.messages = 0;
    const perform = (at: number, effects: readonly AllReduceEffect[]): void => {
      for (const effect of effects) {
        if (effect.kind === "refused") throw new Error(effect.reason);
        if (effect.kind === "send") inbox.push({ from: at, to: effect.to, message: effect.message });
        if (effect.kind === "decided") this.decide(at, effect.decision, inbox);
        if (effect.kind === "gradient") {
          if (gradientAt === undefined) throw new Error("expected a scheme that asks for no gradients");
          perform(at, this.sums[at]!.gradient(effect.version, gradientAt(at, effect.at)));
        }
      }
    };
    for (const [position, sum] of this.sums.entries()) perform(position, sum.contribute(this.contribution(xs[position]!)));
    while (inbox.length > 0) {
      const [{ from, to, message }] = inbox.splice(rng?.integer(inbox.length) ?? 0, 1) as [(typeof inbox)[number]];
      this.messages += 1;
      perform(to, message.kind === "up" ? this.sums[to]!.up(from, message) : this.sums[to]!.down(message));
    }
    return this.finish();
  }

  private contextOf(seat: number): ContextOf {
    return createContexts({ seed: 1, seat, parameters: () => this.parameters });
  }

  private contribution(x: Float32Array): Contribution {
    return { x, weight: 1, metrics: noMetrics };
  }

  private decide(at: number, decision: Decision, inbox: { from: number; to: number; message: Up | Down }[]): void {
    this.decisions[at] = decision;
    const message: Down = {
      kind: "down",
      version,
      committedBy: version,
      round: this.tip.round + 1,
      previous: this.tip.hash,
      phase: decision.totals.length - 1,
      hash: "1".repeat(32),
      part: decision.part,
    };
    for (const to of this.standing(at).place.children) inbox.push({ from: at, to, message });
  }

  private finish(): Update {
    const { totals, part } = this.decisions[0]!;
    const context = this.contextOf(0)({ layout: this.layout, round: this.tip.round + 1, members: this.sums.length });
    const { estimate, common } = this.scheme.decode(totals, part.weight, this.common, context);
    this.common = common;
    this.tip = { ...this.tip, round: this.tip.round + 1 };
    for (const [position, sum] of this.sums.entries()) {
      const { own } = this.decisions[position]!;
      this.own[position] = own!;
      sum.open({ tip: this.tip, own, common });
    }
    return estimate;
  }

  private standing(position: number): Standing {
    const members = this.own.length;
    return { version, position, members, place: placeOf(this.tree, position, members), tree: this.tree };
  }
}
