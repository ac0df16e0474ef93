import type { Rng } from "../random.ts";
import type { PeerId } from "../transport.ts";
import type { Swarm } from "./swarm.ts";

/** Peers that come and go with every round. */
export interface Churn {
  /** A round was committed: of the members a share goes, half of them without a word, and as many newcomers come. */
  turn(): void;
  readonly gone: number;
}

/**
 * @param options.share of the peers, at each turn; at least one where it is above 0
 * @param options.spare who stays
 */
export function createChurn(swarm: Swarm, rng: Rng, options: { readonly share: number; spare(peer: PeerId): boolean }): Churn {
  let gone = 0;
  return {
    get gone() {
      return gone;
    },
    turn() {
      const peers = [...swarm.peers.keys()].filter((peer) => !options.spare(peer));
      for (let i = Math.ceil(options.share * peers.length); i > 0; i -= 1) {
        const [peer] = peers.splice(rng.integer(peers.length), 1);
        if (gone % 2 === 0) swarm.crash(peer!);
        else swarm.leave(peer!);
        gone += 1;
        swarm.add();
      }
    },
  };
}
