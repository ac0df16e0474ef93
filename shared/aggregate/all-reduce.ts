import type { ContextOf } from "../compress/context.ts";
import { scaled } from "../compress/scaled.ts";
import type { Answer, Ask, Context, Encoded, Scheme } from "../compress/types.ts";
import type { Hash } from "../hash.ts";
import type { Delta } from "../held-vector.ts";
import type { Layout } from "../layout.ts";
import { compareVersions, type Version } from "../signaling/version.ts";
import { type State, type Update, zeroUpdate } from "../update.ts";
import type { Down, Up } from "../wire/messages.ts";
import type { Adoption, AllReduceEffect, Claim, Contribution, Ground, OpenRound, Refusal, Standing } from "./all-reduce-types.ts";
import { type Attempt, Attempts } from "./attempts.ts";
import { contributorsOf, countOf, includes } from "./contributors.ts";
import { added } from "./gathered.ts";
import { Kin } from "./kin.ts";
import type { Part } from "./part.ts";
import { pathOf } from "./tree.ts";
import { createTreeReduce, type ReduceEffect, type TreeReduce, type UpEffect } from "./tree-reduce.ts";

/**
 * Drives a scheme's sums over the tree, one round after the other, without I/O: it is told what happens and returns what to
 * do. An attempt is (roster version, round, previous hash); it begins at a commit or at a roster's adoption, with all parts
 * empty and the same contribution. The total of the last phase decides the round.
 */
export class AllReduce {
  private readonly scheme: Scheme<State, State, Delta>;
  private readonly layout: Layout;
  private readonly contextOf: ContextOf;
  private ground: Ground;
  private standing: Standing | null = null;
  private contribution: Contribution | null = null;
  private readonly attempts = new Attempts();
  private reduce: TreeReduce | null = null;
  private readonly kin = new Kin();
  private isHeld = false;
  private phase = 0;
  private totals: Update[] = [];
  /** What this peer rejected as a root that had nothing of its own in the sum. */
  private orphan: { readonly version: Version; readonly rest: Update } | null = null;

  constructor(scheme: Scheme<State, State, Delta>, layout: Layout, ground: Ground, contextOf: ContextOf) {
    this.scheme = scheme;
    this.layout = layout;
    this.ground = ground;
    this.contextOf = contextOf;
  }

  /**
   * A new roster: the attempt starts afresh, the contribution stays.
   * @param standing null: not a member
   */
  adopt(
    standing: Standing | null,
    { parent = standing?.place.parent ?? null, isHeld = false }: Adoption = {},
  ): AllReduceEffect[] {
    this.standing = standing;
    this.isHeld = isHeld;
    this.kin.adopt(standing?.place ?? null, parent);
    return this.restart();
  }

  /** The chain moved on (a commit or a snapshot): the next round opens. */
  open(ground: Ground): AllReduceEffect[] {
    this.ground = ground;
    this.contribution = null;
    this.attempts.clear();
    this.orphan = null;
    return this.restart();
  }

  /** Δ of the open round is ready. */
  contribute(contribution: Contribution): AllReduceEffect[] {
    this.contribution = contribution;
    return this.encode();
  }

  /**
   * Until the next roster this peer adds to no sum and, as the root, makes no total: it has told the server where it stands, and
   * what is committed without it must not need it. It passes on its children's parts. What it has given already is given.
   */
  hold(): AllReduceEffect[] {
    this.isHeld = true;
    if (this.standing === null) return [];
    this.startSum();
    return this.perform(this.reduce!.abstain());
  }

  /** Whether this peer can give nothing until the members change. */
  get isVoid(): boolean {
    const { own, tip } = this.ground;
    return this.standing !== null && own === null && compareVersions(tip.version, this.standing.version) === 0;
  }

  /** The chain is about to be replaced by another: what this peer has in the open round. Ends the round's attempts. */
  abandon(): OpenRound {
    return { x: this.contribution?.x ?? null, claims: this.claims(null), hasForgotten: this.attempts.hasForgotten };
  }

  private claims(decided: Version | null): Claim[] {
    const last = this.phases.length - 1;
    return this.attempts.claims(last, this.phases[last]!.length, decided).map((claim) => this.claim(claim));
  }

  /** A claim on a total of the open round. */
  private claim(claim: Omit<Claim, "round" | "previous">): Claim {
    const { tip } = this.ground;
    return { round: tip.round + 1, previous: tip.hash, ...claim };
  }

  get hasContribution(): boolean {
    return this.contribution !== null;
  }

  /** Δ of a round that is past came in after its commit: it goes into the memory. Nothing of the open round is touched. */
  missed(x: Delta): State | null {
    const { own } = this.ground;
    if (own !== null) this.ground = { ...this.ground, own: this.scheme.missed(x, own) };
    return this.ground.own;
  }

  /** A child's part for the open round's current attempt; anything else is refused. */
  up(from: number, message: Up): AllReduceEffect[] {
    const { standing, reduce } = this;
    if (standing === null || reduce === null) return [];
    const reason = this.problemWithUp(from, message, standing);
    if (reason !== null) return [{ kind: "refused", reason }];
    return this.perform(reduce.child(from, message.part, message));
  }

  /** A total on top of this peer's tip. The caller has checked round and previous hash. */
  down(message: Down): AllReduceEffect[] {
    const { part, phase, hash, committedBy } = message;
    const isLast = phase === this.phases.length - 1;
    if (isLast !== (hash !== null))
      return [{ kind: "refused", reason: "down: a hash where none belongs, or none where one does" }];
    if (2 * countOf(part.contributors) <= part.contributors.members) return [{ kind: "refused", reason: "down: no majority" }];
    const isCurrent = this.standing !== null && compareVersions(committedBy, this.standing.version) === 0;
    // The phases before the last are not sent again: who missed one needs a snapshot.
    const isDue = isLast ? this.totals.length === phase : isCurrent && phase === this.phase;
    if (!isDue) return [{ kind: "refused", reason: "down: another phase" }];
    return isLast ? [this.decide(part, committedBy, hash)] : this.nextPhase(part);
  }

  /** The link to a child is gone. */
  lost(position: number): AllReduceEffect[] {
    this.kin.lose(position);
    return this.perform(this.reduce?.lost(position) ?? []);
  }

  /** The link to a child is there, perhaps again. */
  found(position: number): void {
    this.kin.find(position);
  }

  /** A peer that has lost its parent is this one's child until it is lost, or there is a new roster. */
  takeIn(position: number): void {
    this.kin.takeIn(position);
    this.reduce?.joined(position);
  }

  deadline(): AllReduceEffect[] {
    return this.perform(this.reduce?.deadline() ?? []);
  }

  /** Parts go to this position from now on: to the tree's parent whose link has opened, to another, or, for now, to nobody (null). */
  turnTo(parent: number | null): AllReduceEffect[] {
    return this.kin.turnTo(parent, this.reduce?.sent ?? []).map((effect) => this.upTo(parent!, effect));
  }

  private get phases() {
    return this.scheme.phases(this.layout, { round: this.ground.tip.round + 1, members: this.standing?.members ?? 1 });
  }

  private problemWithUp(from: number, { round, previous, phase, part }: Up, standing: Standing): Refusal | null {
    const { tip } = this.ground;
    if (round !== tip.round + 1 || previous !== tip.hash) return "up: another chain";
    if (phase !== this.phase) return "up: another phase";
    if (!this.kin.children.includes(from)) return "up: not from a child";
    if (part === null) return null;
    if (part.contributors.members !== standing.members) return "up: a roster of another size";
    // What this peer gave may come back to it, in the sum of one that it gave it to before.
    const barred = pathOf(standing.tree, standing.position).slice(this.hasContribution ? 1 : 0);
    const isBelow = barred.every((above) => !includes(part.contributors, above));
    return isBelow ? null : "up: a contributor from above";
  }

  private restart(): AllReduceEffect[] {
    this.phase = 0;
    this.totals = [];
    this.startSum();
    return this.encode();
  }

  private startSum(): void {
    const { standing } = this;
    this.kin.begin();
    if (standing === null) this.reduce = null;
    else {
      const place = { parent: standing.place.parent, children: this.kin.awaited };
      this.reduce = createTreeReduce(place, standing.members, this.phases[this.phase]!.merge);
    }
  }

  /** Encodes the contribution for the current attempt, once. Who was not in the first sum is in none of the round. */
  private encode(): AllReduceEffect[] {
    const { standing, contribution } = this;
    if (standing === null) return [];
    const base = this.base(standing.version);
    if (base === null || this.isHeld) return this.perform(this.reduce!.abstain());
    if (contribution === null || this.phase > 0 || this.attempts.of(standing.version) !== undefined) return [];
    const exchange = this.scheme.encode(
      contribution.x,
      base,
      this.ground.common,
      this.context(standing.members, contribution.weight),
    );
    const attempt: Attempt = { ...standing, exchange, phase: 0, rest: this.nothing(0), isAsking: false };
    this.attempts.add(attempt);
    return this.advance(attempt, exchange.next(), standing);
  }

  /** A method has gone one step further: it asks for what this peer must find out first, or gives its summand of the open phase. */
  private advance(attempt: Attempt, step: IteratorResult<Ask, Encoded>, standing: Standing): AllReduceEffect[] {
    if (step.done === true) throw new Error(`expected a scheme to ask for ${this.phases.length} sums, got ${attempt.phase}`);
    const ask = step.value;
    if (ask.kind === "reduce") return this.give(standing, ask.update);
    attempt.isAsking = true;
    return [{ kind: "asked", version: attempt.version, ask }];
  }

  /**
   * What the attempt under that roster asked for; of no use if it is not the current one any more. null: it does not come, and never
   * will if the device is lost that the contribution was on. Before the first sum there is no contribution any more then, so that
   * another can be given; what is in sums already stays in them.
   */
  answer(version: Version, answer: Answer | null): AllReduceEffect[] {
    const attempt = this.attempts.of(version);
    if (attempt === undefined || !attempt.isAsking) return [];
    if (answer === null) {
      if (attempt.phase === 0) this.retract(attempt);
      return [];
    }
    const { standing } = this;
    const isCurrent = standing !== null && !this.isHeld && compareVersions(version, standing.version) === 0;
    if (!isCurrent || attempt.phase !== this.phase) return [];
    attempt.isAsking = false;
    return this.advance(attempt, attempt.exchange.next(answer), standing);
  }

  private retract(attempt: Attempt): void {
    this.attempts.drop(attempt);
    this.contribution = null;
  }

  private nothing(phase: number): Update {
    return zeroUpdate(this.phases[phase]!.length);
  }

  private give(standing: Standing, sum: Update): AllReduceEffect[] {
    const { weight, metrics } = this.contribution!;
    const contributors = contributorsOf(standing.members, [standing.position]);
    return this.perform(this.reduce!.own({ contributors, weight, metrics, sum }));
  }

  private perform(effects: readonly ReduceEffect[]): AllReduceEffect[] {
    return effects.flatMap((effect) => this.forward(effect));
  }

  private upTo(to: number, effect: UpEffect): AllReduceEffect {
    const { tip } = this.ground;
    const head = { version: this.standing!.version, round: tip.round + 1, previous: tip.hash, phase: this.phase };
    const { kind, part, complete, again } = effect;
    return { kind: "send", to, message: { kind, part, complete, ...(again && part !== null ? { again } : {}), ...head } };
  }

  private forward(effect: ReduceEffect): AllReduceEffect[] {
    const standing = this.standing!;
    switch (effect.kind) {
      case "up": {
        const to = this.kin.give();
        return to === null ? [] : [this.upTo(to, effect)];
      }
      case "rejected": {
        const attempt = this.attempts.of(standing.version);
        if (attempt === undefined) this.orphan = { version: standing.version, rest: effect.rest };
        else attempt.rest = effect.rest;
        return [];
      }
      case "total":
        if (this.isHeld) return [];
        if (this.phase === this.phases.length - 1) return [this.decide(effect.part, standing.version, null)];
        return this.nextPhase(effect.part);
      case "overlap":
        return [{ kind: "refused", reason: "up: a contributor that is in the sum already" }];
    }
  }

  /** A phase's total is known and another phase follows: passes it on and gives this peer's summand of the next. */
  private nextPhase(part: Part): AllReduceEffect[] {
    const standing = this.standing!;
    const { tip } = this.ground;
    const message: Down = {
      kind: "down",
      version: standing.version,
      committedBy: standing.version,
      round: tip.round + 1,
      previous: tip.hash,
      phase: this.phase,
      hash: null,
      part,
    };
    const down: AllReduceEffect[] = this.kin.children.map((to) => ({ kind: "send", to, message }));
    const passed: AllReduceEffect[] = [...down, { kind: "phase" }];
    const total = added(part.sum);
    this.totals.push(total);
    this.phase += 1;
    this.startSum();
    const attempt = this.attempts.of(standing.version);
    const isIn = attempt !== undefined && !attempt.isAsking && includes(part.contributors, attempt.position);
    if (!isIn || this.isHeld || attempt.phase !== this.phase - 1) return [...passed, ...this.perform(this.reduce!.abstain())];
    const step = attempt.exchange.next({ kind: "reduced", total, rest: attempt.rest });
    attempt.phase = this.phase;
    attempt.rest = this.nothing(this.phase);
    return [...passed, ...this.advance(attempt, step, standing)];
  }

  private decide(part: Part, committedBy: Version, hash: Hash | null): AllReduceEffect {
    const attempt = this.attempts.of(committedBy);
    const isIn =
      attempt !== undefined &&
      !attempt.isAsking &&
      attempt.phase === this.phases.length - 1 &&
      includes(part.contributors, attempt.position);
    const total = added(part.sum);
    const totals = [...this.totals, total];
    const claims = this.claims(committedBy);
    const head = { totals, part, committedBy, hash };
    if (isIn) {
      const step = attempt.exchange.next({ kind: "reduced", total, rest: attempt.rest });
      if (step.done !== true) throw new Error(`expected a scheme to ask for ${this.phases.length} sums, got more`);
      const { own, share } = step.value;
      claims.push(this.claim({ version: committedBy, position: attempt.position, share }));
      return { kind: "decided", decision: { ...head, counted: true, own, claims } };
    }
    const orphan = this.orphan !== null && compareVersions(this.orphan.version, committedBy) === 0 ? this.orphan.rest : null;
    const base = this.base(committedBy);
    // Whether a forgotten attempt counted is not known: adding nothing cannot count it twice.
    const mayHaveCounted = this.contribution !== null && this.attempts.hasForgotten && attempt === undefined;
    const own = base === null ? null : this.uncounted(base, mayHaveCounted, orphan);
    // Without its Δ in the memory nothing can be taken from it.
    const held = mayHaveCounted ? [] : claims;
    if (orphan !== null) held.push(this.claim({ version: committedBy, position: null, share: scaled(orphan, -1) }));
    return { kind: "decided", decision: { ...head, counted: mayHaveCounted ? null : false, own, claims: held } };
  }

  /** The own state of a peer whose contribution is not in the total. */
  private uncounted(base: State, mayHaveCounted: boolean, orphan: Update | null): State {
    const { contribution, scheme } = this;
    const own = contribution === null || mayHaveCounted ? base : scheme.missed(contribution.x, base);
    return orphan === null ? own : scheme.refund(orphan, own);
  }

  /** The own state that a round under `version` builds on: reset where the members changed since the tip (EF21: g_i := g). */
  private base(version: Version): State | null {
    const { tip, own, common } = this.ground;
    if (compareVersions(tip.version, version) === 0) return own;
    return this.scheme.rebase(own ?? this.scheme.init(this.layout).own, common);
  }

  private context(members: number, weight: number): Context {
    return this.contextOf({ layout: this.layout, round: this.ground.tip.round + 1, members, weight });
  }
}
