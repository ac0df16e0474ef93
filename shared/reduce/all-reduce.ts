import type { Hash } from "../base/hash.ts";
import type { Layout } from "../base/layout.ts";
import { compareVersions, type Version } from "../base/version.ts";
import type { ContextOf } from "../compress/context.ts";
import type { Answer, Ask, Scheme } from "../compress/types.ts";
import { added } from "../sum/gathered.ts";
import type { Part } from "../sum/part.ts";
import { contributorsOf, countOf, includes } from "../tree/contributors.ts";
import { pathOf } from "../tree/tree.ts";
import type { Delta } from "../vector/device-vector.ts";
import type { State } from "../vector/update.ts";
import type { Down, Up } from "../wire/messages.ts";
import type { Adoption, AllReduceEffect, Contribution, OpenRound, Refusal, RoundBase, TreePosition } from "./all-reduce-types.ts";
import { PendingContribution } from "./pending-contribution.ts";
import { TreeLinks } from "./tree-links.ts";
import { createTreeReduce, type ReduceEffect, type TreeReduce, type UpEffect } from "./tree-reduce.ts";

/**
 * Drives a scheme's sums over the tree, one round after the other, without I/O: it is told what happens and returns what to
 * do. An attempt is (roster version, round, previous hash); it begins at a commit or at a roster's adoption, with all parts
 * empty and the same contribution. The total of the last phase decides the round.
 */
export class AllReduce {
  private readonly scheme: Scheme<State, State, Delta>;
  private readonly layout: Layout;
  private readonly pending: PendingContribution;
  private treePosition: TreePosition | null = null;
  private reduce: TreeReduce | null = null;
  private readonly treeLinks = new TreeLinks();
  private hasPromised = false;
  private phase = 0;
  /** Totals of the current attempt's phases that are summed. */
  private summed: Part[] = [];
  /** Totals of another roster's phases, sent again to this peer, so that it can commit what that roster made. */
  private told: { readonly version: Version; readonly parts: readonly Part[] } | null = null;

  /** Whether nothing has come yet that the open round's sums are made of. */
  private isFresh = true;

  constructor(scheme: Scheme<State, State, Delta>, layout: Layout, base: RoundBase, contextOf: ContextOf) {
    this.scheme = scheme;
    this.layout = layout;
    this.pending = new PendingContribution(scheme, layout, base, contextOf);
  }

  /**
   * A new roster: the attempt starts afresh, the contribution stays.
   * @param treePosition null: not a member
   */
  adopt(
    treePosition: TreePosition | null,
    { parent = treePosition?.place.parent ?? null, hasPromised = false }: Adoption = {},
  ): AllReduceEffect[] {
    this.treePosition = treePosition;
    this.hasPromised = hasPromised;
    this.treeLinks.adopt(treePosition?.place ?? null, parent);
    return this.restart();
  }

  /** All that it knows while nothing has come for the open round, as plain data. */
  get standing() {
    return { hasPromised: this.hasPromised, ...this.treeLinks.standing };
  }

  /** Whether `standing` is all. */
  get isAtRest(): boolean {
    return this.isFresh;
  }

  /** Goes on from where another stood at that place. */
  resume(treePosition: TreePosition | null, { hasPromised, ...links }: AllReduce["standing"]): void {
    this.treePosition = treePosition;
    this.hasPromised = hasPromised;
    this.treeLinks.resume(treePosition?.place ?? null, links);
    this.restart();
  }

  /** The chain moved on (a commit or a snapshot): the next round opens. */
  open(base: RoundBase): AllReduceEffect[] {
    this.isFresh = true;
    this.pending.open(base);
    this.told = null;
    return this.restart();
  }

  /** Δ of the open round is ready. */
  contribute(contribution: Contribution): AllReduceEffect[] {
    this.isFresh = false;
    this.pending.contribute(contribution);
    return this.encode();
  }

  /**
   * What the attempt under that roster asked for; of no use if it is not the current one any more. null: it does not come, so that the
   * peer must train anew.
   */
  answer(version: Version, answer: Answer | null): AllReduceEffect[] {
    if (answer === null) this.pending.retract(version);
    const { treePosition } = this;
    const isCurrent = treePosition !== null && !this.hasPromised && compareVersions(version, treePosition.version) === 0;
    return answer !== null && isCurrent ? this.pursue(this.pending.answer(version, this.phase, answer)) : [];
  }

  /**
   * Until the next roster this peer adds to no sum and, as the root, makes no total: it has told the server where it stands, and
   * what is committed without it must not need it. It passes on its children's parts. What it has given already is given.
   */
  prepare(): AllReduceEffect[] {
    this.isFresh = false;
    this.hasPromised = true;
    if (this.treePosition === null) return [];
    this.startSum();
    return this.perform(this.reduce!.abstain());
  }

  /** Whether this peer can give nothing until the members change. */
  get isVoid(): boolean {
    return this.treePosition !== null && this.pending.isVoid(this.treePosition.version);
  }

  /** The chain is about to be replaced by another: what this peer has in the open round. Ends the round's attempts. */
  abandon(): OpenRound {
    return this.pending.abandon();
  }

  get hasContribution(): boolean {
    return this.pending.contribution !== null;
  }

  /** Δ of a round that is past came in after its commit: it goes into the residual. Nothing of the open round is touched. */
  onExcluded(x: Delta): State | null {
    return this.pending.onExcluded(x);
  }

  /** A child's part for the open round's current attempt; anything else is refused. */
  up(from: number, message: Up): AllReduceEffect[] {
    this.isFresh = false;
    const { treePosition, reduce } = this;
    if (treePosition === null || reduce === null) return [];
    const reason = this.problemWithUp(from, message, treePosition);
    if (reason !== null) return [{ kind: "refused", reason }];
    return this.perform(reduce.child(from, message.part, message));
  }

  /** A total on top of this peer's tip. The caller has checked round and previous hash. */
  down(message: Down): AllReduceEffect[] {
    this.isFresh = false;
    const { part, phase, hash, committedBy } = message;
    const isLast = phase === this.phases.length - 1;
    if (isLast !== (hash !== null))
      return [{ kind: "refused", reason: "down: a hash where none belongs, or none where one does" }];
    if (2 * countOf(part.contributors) <= part.contributors.members) return [{ kind: "refused", reason: "down: no majority" }];
    const isCurrent = this.treePosition !== null && compareVersions(committedBy, this.treePosition.version) === 0;
    if (!isCurrent) this.hearOther(committedBy, phase);
    const before = isCurrent ? this.summed : this.told!.parts;
    if (before.length !== phase) return [{ kind: "refused", reason: "down: another phase" }];
    if (isLast) return [this.decide(part, before, committedBy, hash)];
    if (isCurrent) return this.nextPhase(part);
    this.told = { version: committedBy, parts: [...before, part] };
    return [];
  }

  /** The link to a child is gone. */
  lost(position: number): AllReduceEffect[] {
    this.treeLinks.lose(position);
    return this.perform(this.reduce?.lost(position) ?? []);
  }

  /** The link to a child is there, perhaps again. */
  found(position: number): void {
    this.treeLinks.find(position);
  }

  /** A peer that has lost its parent is this one's child until it is lost, or there is a new roster. */
  takeIn(position: number): void {
    this.treeLinks.takeIn(position);
    this.reduce?.joined(position);
  }

  deadline(): AllReduceEffect[] {
    this.isFresh = false;
    return this.perform(this.reduce?.deadline() ?? []);
  }

  /** Parts go to this position from now on: to the tree's parent whose link has opened, to another, or, for now, to nobody (null). */
  turnTo(parent: number | null): AllReduceEffect[] {
    this.isFresh = false;
    return this.treeLinks.turnTo(parent, this.reduce?.sent ?? []).map((effect) => this.upTo(parent!, effect));
  }

  private get phases() {
    const { tip, replicated } = this.pending;
    return this.scheme.phases(this.layout, { round: tip.round + 1, members: this.treePosition?.members ?? 1 }, replicated);
  }

  private problemWithUp(from: number, { round, previous, phase, part }: Up, treePosition: TreePosition): Refusal | null {
    const { tip } = this.pending;
    if (round !== tip.round + 1 || previous !== tip.hash) return "up: another chain";
    if (phase !== this.phase) return "up: another phase";
    if (!this.treeLinks.children.includes(from)) return "up: not from a child";
    if (part === null) return null;
    if (part.contributors.members !== treePosition.members) return "up: a roster of another size";
    // What this peer gave may come back to it, in the sum of one that it gave it to before.
    const barred = pathOf(treePosition.tree, treePosition.position).slice(this.hasContribution ? 1 : 0);
    const isBelow = barred.every((above) => !includes(part.contributors, above));
    return isBelow ? null : "up: a contributor from above";
  }

  /** Totals of a roster that is not in force come in their order: the first, and any of another such roster, begins anew. */
  private hearOther(version: Version, phase: number): void {
    const isSame = this.told !== null && compareVersions(this.told.version, version) === 0;
    if (phase === 0 || !isSame) this.told = { version, parts: [] };
  }

  private restart(): AllReduceEffect[] {
    this.phase = 0;
    this.summed = [];
    this.startSum();
    return this.encode();
  }

  private startSum(): void {
    const { treePosition } = this;
    this.treeLinks.begin();
    if (treePosition === null) this.reduce = null;
    else {
      const place = { parent: treePosition.place.parent, children: this.treeLinks.awaited };
      this.reduce = createTreeReduce(place, treePosition.members, this.phases[this.phase]!.merge);
    }
  }

  /** Encodes the contribution for the current attempt. Who was not in the first sum is in none of the round. */
  private encode(): AllReduceEffect[] {
    if (this.treePosition === null) return [];
    if (this.hasPromised || this.isVoid) return this.perform(this.reduce!.abstain());
    return this.phase > 0 ? [] : this.pursue(this.pending.encode(this.treePosition));
  }

  /** What a method asks for: a sum, to which it gives its summand; or something that this peer must find out first. */
  private pursue(ask: Ask | null): AllReduceEffect[] {
    if (ask === null) return [];
    const { version, members, position } = this.treePosition!;
    if (ask.kind !== "reduce") return [{ kind: "asked", version, ask }];
    const { weight, metrics, statistics } = this.pending.contribution!;
    const contributors = contributorsOf(members, [position]);
    const isLast = this.phase === this.phases.length - 1;
    const last = isLast && statistics !== undefined ? { statistics } : {};
    return this.perform(this.reduce!.own({ contributors, weight, metrics, sum: ask.update, ...last }));
  }

  private perform(effects: readonly ReduceEffect[]): AllReduceEffect[] {
    return effects.flatMap((effect) => this.forward(effect));
  }

  /** To which sum a message belongs. */
  private get head() {
    const { tip } = this.pending;
    return { version: this.treePosition!.version, round: tip.round + 1, previous: tip.hash, phase: this.phase };
  }

  private upTo(to: number, { kind, part, complete, again }: UpEffect): AllReduceEffect {
    const message: Up = { kind, part, complete, ...(again && part !== null ? { again } : {}), ...this.head };
    return { kind: "send", to, message };
  }

  private forward(effect: ReduceEffect): AllReduceEffect[] {
    const treePosition = this.treePosition!;
    switch (effect.kind) {
      case "up": {
        const to = this.treeLinks.give();
        return to === null ? [] : [this.upTo(to, effect)];
      }
      case "rejected":
        this.pending.reject(treePosition.version, this.phase, effect.rest);
        return [];
      case "total":
        if (this.hasPromised) return [];
        if (this.phase === this.phases.length - 1) return [this.decide(effect.part, this.summed, treePosition.version, null)];
        return this.nextPhase(effect.part);
      case "overlap":
        return [{ kind: "refused", reason: "up: a contributor that is in the sum already" }];
    }
  }

  /** A phase's total is known and another phase follows: passes it on and gives this peer's summand of the next. */
  private nextPhase(part: Part): AllReduceEffect[] {
    const { version } = this.treePosition!;
    const message: Down = { kind: "down", committedBy: version, hash: null, part, ...this.head };
    const down: AllReduceEffect[] = this.treeLinks.children.map((to) => ({ kind: "send", to, message }));
    const passed: AllReduceEffect[] = [...down, { kind: "phase" }];
    const total = added(part.sum);
    const summed = this.phase;
    this.summed.push(part);
    this.phase += 1;
    this.startSum();
    const ask = this.hasPromised ? null : this.pending.resume(version, summed, part.contributors, total);
    return [...passed, ...(ask === null ? this.perform(this.reduce!.abstain()) : this.pursue(ask))];
  }

  private decide(part: Part, earlier: readonly Part[], committedBy: Version, hash: Hash | null): AllReduceEffect {
    const totals = [...earlier, part].map(({ sum }) => added(sum));
    const outcome = this.pending.settle(committedBy, part.contributors, totals);
    return { kind: "decided", decision: { totals, earlier, part, committedBy, hash, ...outcome } };
  }
}
