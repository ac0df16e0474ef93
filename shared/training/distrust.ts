import type { PeerId } from "../transport.ts";

/** Links are reliable: who honestly speaks this protocol is always understood. */
const mostGarbled = 8;
/** While a peer is behind, totals that do not follow on its tip may be on their way to it from one who cannot know that yet. */
const mostUnfit = 64;
/** A replica whose bits are wrong is whole again after a snapshot. */
const mostContradictions = 3;

/**
 * Counts what neighbours say that cannot be understood, or does not lead on from here though this peer has said where it stands. Who says
 * too much of it is not heard under this roster any more, and is complained about as one that cannot be reached: a peer that gives
 * forged totals then loses its children, and a root its place.
 */
export class Distrust {
  private readonly garbled = new Map<PeerId, number>();
  private readonly contradictions = new Map<PeerId, number>();
  private contradicting: PeerId | null = null;
  private readonly unfit = new Map<PeerId, number>();
  private readonly silenced = new Set<PeerId>();
  private readonly complain: (peer: PeerId, reason: string) => void;

  /** @param complain called once for each peer and roster */
  constructor(complain: (peer: PeerId, reason: string) => void) {
    this.complain = complain;
  }

  /** Its message was no message. */
  hearGarbled(peer: PeerId): void {
    if (count(this.garbled, peer) >= mostGarbled) this.silence(peer, "what it sends cannot be read");
  }

  /** Its total does not follow on our tip, or its snapshot is not what its tip says. */
  hearUnfit(peer: PeerId): void {
    if (count(this.unfit, peer) >= mostUnfit) this.silence(peer, "its totals do not fit the rounds before them");
  }

  /** Its total fits, but gives another hash here than the one that it says. Counts once this peer has a replica again. */
  hearContradiction(peer: PeerId): void {
    this.contradicting = peer;
  }

  /** The chain has moved: what leads on from here is another thing now. */
  moved(): void {
    this.unfit.clear();
    const peer = this.contradicting;
    this.contradicting = null;
    if (peer === null || count(this.contradictions, peer) < mostContradictions) return;
    this.silence(peer, "its totals do not give the hashes that it says");
  }

  /** A new roster, perhaps with other neighbours: they are heard. */
  adopt(isNear: (peer: PeerId) => boolean): void {
    this.silenced.clear();
    for (const counts of [this.garbled, this.contradictions])
      for (const peer of counts.keys()) if (!isNear(peer)) counts.delete(peer);
    this.unfit.clear();
  }

  isSilenced(peer: PeerId): boolean {
    return this.silenced.has(peer);
  }

  private silence(peer: PeerId, reason: string): void {
    if (this.silenced.has(peer)) return;
    this.silenced.add(peer);
    this.complain(peer, reason);
  }
}

function count(of: Map<PeerId, number>, peer: PeerId): number {
  const times = (of.get(peer) ?? 0) + 1;
  of.set(peer, times);
  return times;
}
