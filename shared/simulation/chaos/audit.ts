import type { Conserved } from "../../compress/types.ts";
import type { HistoryChecker } from "./history-checker.ts";
import type { Ledger } from "./ledger.ts";
import type { SimulatedPeer } from "./simulated-peer.ts";

/** What the books say of a run that has come to rest. */
export interface Audit {
  /** Whether all stand on one tip; the rest is to be relied on only then. */
  readonly isOneChain: boolean;
  readonly divergences: readonly string[];
  readonly doubleCounts: number;
  readonly untruthful: readonly string[];
  readonly conservationError: number;
  readonly unknown: number;
}

interface Books {
  /** By which law of conservation, if any, the accounts are to be held. */
  readonly conserves: Conserved | null;
  readonly checker: HistoryChecker;
  readonly ledger: Ledger;
  say(text: string): void;
}

/** Holds what peers have and were told against the chain that stayed. */
export function auditOf(simulatedPeers: readonly SimulatedPeer[], { conserves, checker, ledger, say }: Books): Audit {
  const tip = simulatedPeers[0]?.peer.tip ?? null;
  const isOneChain = simulatedPeers.every(({ peer }) => peer.tip?.hash === tip?.hash);
  const chain = tip === null || !isOneChain ? null : ledger.chainTo(tip);
  const books = chain === null ? [] : simulatedPeers.map(bookOf);

  function bookOf(simulated: SimulatedPeer) {
    const unknown = checker.unknownOf(simulated.id) > 0;
    const residual = conserves === "residual" ? simulated.machines?.chain.replica.local?.["residual"] : null;
    const balance = residual instanceof Float32Array ? ledger.balance(simulated.id, tip!, residual) : null;
    const error = unknown || balance === null ? 0 : balance.error / balance.scale;
    if (error > 1e-6) say(`${simulated.name}'s residual is wrong by ${balance!.error}`);
    return { unknown, error, isTwice: error > 0 && balance!.isTwice, untruths: checker.untruthsOf(simulated, chain!, ledger) };
  }

  return {
    isOneChain,
    divergences: [...checker.divergences, ...ledger.problems],
    doubleCounts: books.filter(({ isTwice }) => isTwice).length,
    untruthful: books.flatMap(({ untruths }) => untruths),
    conservationError: books.reduce(
      (most, { error }) => Math.max(most, error),
      isOneChain && conserves === "mean" ? beliefError(simulatedPeers) : 0,
    ),
    unknown: books.filter(({ unknown }) => unknown).length,
  };
}

/**
 * The EF21 family's law, Σ g_i = n·g, of members that stand on one tip: how far it is off, relative to n · max |g_i| · rounds / 4,
 * for each round rounds every g_i and g once. 0 while one of them is void.
 */
function beliefError(simulatedPeers: readonly SimulatedPeer[]): number {
  const mean = simulatedPeers[0]?.machines?.chain.replica.replicated["mean"];
  const believed = simulatedPeers.map(({ machines }) => machines?.chain.replica.local?.["believed"]);
  if (!(mean instanceof Float32Array)) return 0;
  let error = 0;
  let scale = 1;
  for (let j = 0; j < mean.length; j += 1) {
    let sum = 0;
    for (const one of believed) {
      if (!(one instanceof Float32Array)) return 0;
      sum += one[j]!;
      scale = Math.max(scale, Math.abs(one[j]!));
    }
    error = Math.max(error, Math.abs(sum - simulatedPeers.length * mean[j]!));
  }
  return (4 * error) / (scale * simulatedPeers.length * simulatedPeers[0]!.peer.tip!.round);
}
