import type { ChainMoves } from "./chain-moves.ts";
import type { Machines } from "./machines.ts";
import type { RoundOptions } from "./round-options.ts";
import type { InspectedMachines } from "./step.ts";

/** A peer's rounds, to be read. */
export function inspected(
  { config, trainer, host, pieceBytes }: RoundOptions,
  machines: Machines,
  moves: ChainMoves,
): InspectedMachines {
  const { chain, membership, sums, sync, inbox, work } = machines;
  return {
    ...{ chain, membership, inbox },
    isOpen: (peer) => host.isOpen(peer),
    standing: () => ({
      ...{ config, tensors: trainer.layout.tensors, statistics: trainer.layout.statistics ?? 0, pieceBytes: pieceBytes ?? null },
      ...{ chain: chain.standing, membership: membership.standing, sums: sums.standing, sync: sync.standing },
      ...{ work: work.standing, moves: moves.standing },
    }),
    get isAtRest() {
      const isMoving = chain.isInvalid || !inbox.isEmpty || moves.isClosed;
      return !isMoving && membership.isAtRest && sums.isAtRest && sync.isAtRest;
    },
  };
}
