import type { PeerId } from "../base/transport.ts";

/**
 * What a neighbor can say that is of no use, how often it may, and what it is then complained about for. Links are reliable: who
 * honestly speaks this protocol is always understood, and its snapshots are what they say. A replica whose bits are wrong is whole
 * again after a snapshot. Totals that do not follow may be on their way to a peer that is behind from one who cannot know that yet.
 */
const limits = {
  garbled: { most: 8, reason: "what it sends cannot be read" },
  forged: { most: 2, reason: "the snapshots that it gives are not what it says" },
  contradiction: { most: 3, reason: "its totals do not give the hashes that it says" },
  unfit: { most: 64, reason: "its totals do not fit the rounds before them" },
} as const;

export type Misbehavior = keyof typeof limits;
export const misbehaviors = Object.keys(limits) as readonly Misbehavior[];

/**
 * Counts what neighbors say that cannot be understood, is not what it claims to be, or does not lead on from here though this peer has
 * said where it stands. Who says too much of it is not heard under this roster any more, and is as good as out of reach: a peer that
 * gives forged totals loses its children, and a root its place.
 */
export class PeerScore {
  private readonly counts = new Map<Misbehavior, Map<PeerId, number>>();
  /** Counted once this peer has a replica again. */
  private contradicting: PeerId | null = null;
  private readonly muted = new Set<PeerId>();

  /** @returns why the peer is muted, if it is for this */
  hear(peer: PeerId, misbehavior: Misbehavior): string | null {
    if (misbehavior !== "contradiction") return this.count(peer, misbehavior);
    this.contradicting = peer;
    return null;
  }

  /** The chain has moved: what leads on from here is another thing now. @returns who is muted, if somebody is for what is counted now */
  moved(): { readonly peer: PeerId; readonly reason: string } | null {
    this.counts.delete("unfit");
    const peer = this.contradicting;
    this.contradicting = null;
    const reason = peer === null ? null : this.count(peer, "contradiction");
    return peer === null || reason === null ? null : { peer, reason };
  }

  /** A new roster, perhaps with other neighbors: they are heard. */
  adopt(isNear: (peer: PeerId) => boolean): void {
    this.muted.clear();
    this.counts.delete("unfit");
    for (const counts of this.counts.values()) for (const peer of counts.keys()) if (!isNear(peer)) counts.delete(peer);
  }

  /** All that it knows, as plain data. */
  get standing() {
    const counts = [...this.counts].flatMap(([misbehavior, times]) =>
      [...times].map(([peer, count]) => ({ misbehavior, peer, count })),
    );
    return { counts, contradicting: this.contradicting, muted: [...this.muted] };
  }

  /** Goes on from where another stood. */
  resume({ counts, contradicting, muted }: PeerScore["standing"]): void {
    for (const { misbehavior, peer, count } of counts) {
      const times = this.counts.get(misbehavior) ?? new Map<PeerId, number>();
      this.counts.set(misbehavior, times.set(peer, count));
    }
    this.contradicting = contradicting;
    for (const peer of muted) this.muted.add(peer);
  }

  isMuted(peer: PeerId): boolean {
    return this.muted.has(peer);
  }

  private count(peer: PeerId, misbehavior: Misbehavior): string | null {
    const counts = this.counts.get(misbehavior) ?? new Map<PeerId, number>();
    const times = (counts.get(peer) ?? 0) + 1;
    this.counts.set(misbehavior, counts.set(peer, times));
    const { most, reason } = limits[misbehavior];
    if (times < most || this.muted.has(peer)) return null;
    this.muted.add(peer);
    return reason;
  }
}
