import type { Hash } from "../base/hash.ts";
import { compareTips, type Tip } from "../base/tip.ts";
import type { PeerId } from "../base/transport.ts";
import { compareVersions, noVersion } from "../base/version.ts";
import { snapshotBytes } from "../wire/limits.ts";
import type { Down, Snapshot } from "../wire/messages.ts";
import type { Answer, SyncEffect } from "./sync-effect.ts";
import { createTotalLog, type TotalLog } from "./total-log.ts";
import type { View } from "./view.ts";

/** A snapshot is too large for one message: the peer is told that there is one to be fetched. */
type Offer = { readonly kind: "offer"; readonly to: PeerId; readonly theirs: Tip };

/**
 * Keeps neighbors at one tip. Whoever hears of another tip answers by one rule: the totals that lead from theirs to ours, if
 * we have them; a snapshot, if ours is the greater chain; else where we stand, so that they answer in turn.
 */
export class ChainSync {
  private readonly view: View;
  private readonly log: TotalLog;
  /** For each peer the pair of tips for which it got a snapshot, and the roster: one is enough, but to who was no neighbor then. */
  private readonly answered = new Map<PeerId, string>();
  /** Peers to which an answer is under way. */
  private readonly answering = new Set<PeerId>();
  /** Observers that stand where we do, or had our tip sent last: each total goes to them as it comes. */
  private readonly following = new Set<PeerId>();

  private readonly isLarge: boolean;

  /** @param pieceBytes snapshots of more bytes are offered, and fetched in pieces */
  constructor(view: View, options: { readonly pieceBytes: number }) {
    const { parameters, replicated } = view.chain.replica;
    const bytes = snapshotBytes(parameters.length, replicated);
    this.view = view;
    this.log = createTotalLog(bytes);
    this.isLarge = bytes > options.pieceBytes;
  }

  /** All that it knows while no answer is under way, as plain data. */
  get standing() {
    const answered = [...this.answered].map(([peer, tips]) => ({ peer, tips }));
    return { log: [...this.log.entries], answered, following: [...this.following] };
  }

  /** Whether `standing` is all. */
  get isAtRest(): boolean {
    return this.answering.size === 0;
  }

  /** Goes on from where another stood. */
  resume({ log, answered, following }: ChainSync["standing"]): void {
    for (const { totals, bytes } of log) this.log.push(totals, bytes);
    for (const { peer, tips } of answered) this.answered.set(peer, tips);
    for (const peer of following) this.following.add(peer);
  }

  /** The chain's hash after a round, where the log has the totals of the next. */
  hashAfter(round: number): Hash | null {
    const next = this.log.entries.flatMap(({ totals }) => totals).find((total) => total.round === round + 1);
    return next?.previous ?? null;
  }

  /** Whether the log has the totals that lead on from a tip. */
  leadsOn(tip: Tip): boolean {
    return tip.hash === this.view.chain.tip.hash || this.log.after(tip.hash) !== null;
  }

  /** A round was committed here, by these totals of its phases. `bytes`: their size as encoded. */
  record(totals: readonly Down[], bytes: number): readonly SyncEffect[] {
    this.log.push(totals, bytes);
    for (const observer of this.following) if (!this.view.membership.isNonMember(observer)) this.following.delete(observer);
    return [...this.following].flatMap((to) => totals.map((message) => ({ kind: "post", to, message }) as const));
  }

  /** The chain behind our tip is not the one of the log any more. */
  reset(): void {
    this.log.clear();
    this.following.clear();
  }

  /** The link to a peer is gone, and what was under way with it. */
  forget(peer: PeerId): void {
    this.answered.delete(peer);
    this.answering.delete(peer);
    this.following.delete(peer);
  }

  /** Tells a peer where we stand. */
  announce(to: PeerId): readonly SyncEffect[] {
    const { chain, membership } = this.view;
    const { version, isObserver } = membership;
    return [{ kind: "post", to, message: { kind: "have", version, tip: chain.tip, observer: isObserver } }];
  }

  /** A peer stands at `tip`. An observer wants an answer even where there is nothing to say. */
  onTip(from: PeerId, tip: Tip, isObserver: boolean): readonly (SyncEffect | Offer)[] {
    const { chain, membership } = this.view;
    const ours = chain.tip;
    if (tip.hash === ours.hash) {
      const age = isBlank(tip) ? 0 : compareVersions(tip.version, ours.version);
      if (age < 0) return this.announce(from);
      // Of a roster that this peer has not heard of it is told again under that.
      if (age > 0 && compareVersions(tip.version, membership.version) <= 0) return this.relabel(tip);
      if (!isObserver) return [{ kind: "in-step", tip: ours }];
      this.following.add(from);
      return this.announce(from);
    }
    if (this.answering.has(from)) return [];
    this.following.delete(from);
    const totals = this.isOfOther(tip) ? null : this.log.after(tip.hash);
    if (totals !== null) return this.answer(from, totals, isObserver);
    if (compareTips(ours, tip) <= 0) return this.announce(from);
    if (this.isLarge) return [{ kind: "offer", to: from, theirs: tip }];
    const pair = `${tip.hash} ${ours.hash} ${membership.version.join(".")}`;
    if (this.answered.get(from) === pair) return [];
    this.answered.set(from, pair);
    return this.answer(from, [{ kind: "snapshot", version: membership.version, ...chain.state }], isObserver);
  }

  /** Whether another roster than in this peer's chain decided the round of a tip, with the same outcome. */
  private isOfOther(tip: Tip): boolean {
    const known = this.view.chain.state.headers.find(({ hash }) => hash === tip.hash);
    return known !== undefined && !isBlank(tip) && compareVersions(known.version, tip.version) !== 0;
  }

  /**
   * A newer roster than the one of this peer's tip decided the same round, and the two totals have the same bits: the newer stays, by which
   * other peers may have counted. What this peer gave for the open round was made of its residual before that, so it gives nothing more
   * under this roster.
   */
  private relabel(tip: Tip): readonly SyncEffect[] {
    const { chain, membership } = this.view;
    const { headers } = chain.state;
    const last = headers.at(-1);
    if (last === undefined) return [];
    const renamed = [...headers.slice(0, -1), { ...last, version: tip.version }];
    const { version } = membership;
    return [
      { kind: "promise", version },
      { kind: "replace", snapshot: { kind: "snapshot", version, ...chain.state, tip, headers: renamed } },
    ];
  }

  /**
   * Large answers go one message at a time: who asks again meanwhile, or invents tips, gets no more for it. An observer is also sent
   * what was committed meanwhile, and follows from then on.
   */
  private answer(to: PeerId, messages: readonly (Down | Snapshot)[], isFollowed: boolean): readonly SyncEffect[] {
    this.answering.add(to);
    return this.goOn({ to, isFollowed, rest: messages, last: "" });
  }

  /** More of an answer may be sent. */
  goOn(answer: Answer): readonly SyncEffect[] {
    const { to, isFollowed } = answer;
    if (answer.rest.length === 0 && isFollowed && this.answering.has(to)) {
      const more = this.log.after(answer.last);
      if (more === null) this.following.add(to);
      else answer.rest = more;
    }
    const [message, ...rest] = answer.rest;
    if (message === undefined) {
      this.answering.delete(to);
      return [];
    }
    answer.rest = rest;
    answer.last = message.kind === "down" ? (message.hash ?? answer.last) : message.tip.hash;
    const current = { ...message, version: this.view.membership.version };
    return [{ kind: "post", to, message: current, next: { kind: "answered", answer } }];
  }
}

/** Whether it is not said which roster committed a tip. */
function isBlank({ version }: Tip): boolean {
  return compareVersions(version, noVersion) === 0;
}
