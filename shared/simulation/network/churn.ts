import type { Rng } from "../../base/random.ts";
import type { PeerId } from "../../base/transport.ts";
import type { Swarm } from "./swarm.ts";

/** Peers that come and go with every round. */
export interface Churn {
  /**
   * A round was committed: of the members a share goes, half of them without a word, and as many newcomers come; so do those who
   * were turned away before.
   */
  turn(): void;
  /** The room was full of peers that are gone without its knowing. Who was turned away is not there until the next turn. */
  turnedAway(peer: PeerId): void;
  readonly gone: number;
  /** How often a newcomer found the room full. */
  readonly refused: number;
}

/**
 * @param options.share of the peers, at each turn; at least one where it is above 0
 * @param options.spare who stays
 */
export function createChurn(swarm: Swarm, rng: Rng, options: { readonly share: number; spare(peer: PeerId): boolean }): Churn {
  let gone = 0;
  let refused = 0;
  let missing = 0;
  return {
    get gone() {
      return gone;
    },
    get refused() {
      return refused;
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
      for (; missing > 0; missing -= 1) swarm.add();
    },
    turnedAway(peer) {
      swarm.leave(peer);
      refused += 1;
      missing += 1;
    },
  };
}
