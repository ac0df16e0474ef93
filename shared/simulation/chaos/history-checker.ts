import type { Hash } from "../../base/hash.ts";
import type { PeerId } from "../../base/transport.ts";
import type { PeerReport, RoundReport } from "../../run/report.ts";
import type { Entry, Ledger } from "./ledger.ts";
import type { SimulatedPeer } from "./simulated-peer.ts";

/** What one peer was last told of a round. null: that it cannot be known whether it counted. */
interface Told {
  readonly counted: boolean | null;
}

/** Remembers what peers said of rounds, and holds it against the chain that stayed. */
export interface HistoryChecker {
  hear(simulated: SimulatedPeer, report: PeerReport): void;
  /** A peer begins with the residual of another: what that was told is told. */
  succeeds(heir: PeerId, former: PeerId): void;
  /**
   * Rounds of which a total was confirmed while somebody lived to whom another was, or that a peer withdrew to which they were
   * confirmed. Who is gone with all that it knew has nobody left to be contradicted.
   */
  readonly divergences: readonly string[];
  readonly rollbacks: number;
  /** Σ over peers: rounds of which it cannot be known whether they counted. */
  unknownOf(peer: PeerId): number;
  /** The newest round whose total took everybody's, in a row; and how many before it. */
  readonly whole: { readonly round: number; readonly streak: number };
  readonly commits: number;
  /** What a peer was told last, where it is not so. */
  untruthsOf(simulated: SimulatedPeer, chain: readonly Entry[], ledger: Ledger): string[];
}

/** @param living those who are to be counted */
export function createHistoryChecker(living: () => ReadonlyMap<PeerId, SimulatedPeer>): HistoryChecker {
  const confirmed = new Map<number, { readonly hash: Hash; readonly by: PeerId[] }>();
  /** By each peer, the last round that it was told to be confirmed. */
  const confirmedTo = new Map<PeerId, number>();
  const told = new Map<PeerId, Map<number, Told>>();
  const divergences: string[] = [];
  let rollbacks = 0;
  let commits = 0;
  let whole = { round: 0, streak: 0 };
  let newest = 0;

  function note({ round, contributors, members }: RoundReport): void {
    newest = round;
    const isWhole = contributors === members && members === living().size;
    whole = { round, streak: isWhole ? whole.streak + 1 : 0 };
  }

  /** Who was not told that a round is confirmed may lose it to a chain as long, and gets it back from those who were. */
  function withdraw({ id, name }: SimulatedPeer, round: number): void {
    rollbacks += 1;
    if (round <= (confirmedTo.get(id) ?? 0)) divergences.push(`${name} withdraws round ${round}, which it had confirmed`);
  }

  function confirm({ id, name }: SimulatedPeer, round: number, hash: Hash): void {
    confirmedTo.set(id, round);
    const known = confirmed.get(round);
    if (known?.hash === hash) known.by.push(id);
    else if (known?.by.some((peer) => living().has(peer)) === true)
      divergences.push(`${name} confirms another total of round ${round}`);
    else confirmed.set(round, { hash, by: [id] });
  }

  return {
    divergences,
    get rollbacks() {
      return rollbacks;
    },
    get commits() {
      return commits;
    },
    get whole() {
      return whole;
    },
    hear(simulated, report) {
      const { id } = simulated;
      const mine = told.get(id) ?? new Map<number, Told>();
      told.set(id, mine);
      if (report.type === "round") {
        commits += 1;
        mine.set(report.round, { counted: report.counted });
        if (report.round > newest) note(report);
      } else if (report.type === "recounted") mine.set(report.round, { counted: report.counted });
      else if (report.type === "withdrawn") withdraw(simulated, report.round);
      else if (report.type === "confirmed") confirm(simulated, report.round, report.hash);
    },
    succeeds(heir, former) {
      told.set(heir, new Map(told.get(former) ?? []));
      confirmedTo.set(heir, confirmedTo.get(former) ?? 0);
    },
    unknownOf: (peer) => [...(told.get(peer)?.values() ?? [])].filter(({ counted }) => counted === null).length,
    untruthsOf({ id, name }, chain, ledger) {
      const mine = told.get(id);
      return chain.flatMap((entry) => {
        const counts = ledger.counts(id, entry);
        const said = mine?.get(entry.round);
        if (said === undefined ? !counts : said.counted === null || said.counted === counts) return [];
        return [
          `${name} was told that its update of round ${entry.round} ${said?.counted === true ? "counted" : "did not count"}`,
        ];
      });
    },
  };
}
