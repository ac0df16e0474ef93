import type { Clock } from "../base/clock.ts";
import type { PeerId } from "../base/transport.ts";
import type { Envelope } from "./envelope.ts";

/** Signals of links that others began and this peer did not dial yet: rosters do not reach everyone at once. */
export interface EarlySignals {
  keep(peer: PeerId, envelope: Envelope): void;
  /** The signals of the peer's newest offer, if it can still be waiting for an answer; they are kept no longer. */
  take(peer: PeerId): readonly Envelope[];
  clear(): void;
}

/** A peer in a tree has three neighbors; 16 leaves room for two rosters of a binomial tree. */
const maxPeers = 16;
/** An offer and the candidates of a host with many interfaces. */
const maxSignalsPerPeer = 64;

/** Keeps one offer a peer, for `maxAgeMs`; the peer that came first makes room for the seventeenth. */
export function createEarlySignals(clock: Clock, maxAgeMs: number): EarlySignals {
  const kept = new Map<PeerId, { readonly since: number; readonly envelopes: Envelope[] }>();
  return {
    keep(peer, envelope) {
      const known = kept.get(peer);
      if (envelope.first) {
        kept.delete(peer);
        const oldest = kept.keys().next();
        if (kept.size >= maxPeers && !oldest.done) kept.delete(oldest.value);
        kept.set(peer, { since: clock.now(), envelopes: [envelope] });
      } else if (known?.envelopes[0]?.session === envelope.session && known.envelopes.length < maxSignalsPerPeer) {
        known.envelopes.push(envelope);
      }
    },
    take(peer) {
      const known = kept.get(peer);
      kept.delete(peer);
      return known !== undefined && clock.now() - known.since < maxAgeMs ? known.envelopes : [];
    },
    clear() {
      kept.clear();
    },
  };
}
