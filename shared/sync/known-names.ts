import type { Known } from "../wire/attempt-code.ts";
import type { View } from "./view.ts";

/**
 * What a peer knows of its rosters and its chain, by which it reads what messages name in short.
 * @param loggedAfter the hash after a round of its log, which may reach further back than its headers
 */
export function knownNames(
  { chain, membership }: Pick<View, "chain" | "membership">,
  loggedAfter: Known["hashAfter"] = () => null,
): Known {
  return {
    get epochs() {
      return epochsOf({ chain, membership });
    },
    hashAfter(round) {
      const { tip, previous, headers } = chain.state;
      if (round === tip.round) return tip.hash;
      if (round === tip.round - 1) return previous;
      return headers.find((header) => header.round === round + 1)?.previous ?? loggedAfter(round);
    },
  };
}

/** The versions of the roster in force, and of those that committed the last rounds. */
function* epochsOf({ chain, membership }: Pick<View, "chain" | "membership">): Generator<number> {
  const told = new Set([membership.version[0]]);
  yield membership.version[0];
  for (const { version } of chain.state.headers.toReversed()) {
    if (told.has(version[0])) continue;
    told.add(version[0]);
    yield version[0];
  }
}
