import type { Links, LinkTraffic, Loss, PeerId } from "../base/transport.ts";
import type { LinkReport, PeerReport } from "../run/report.ts";

/** A round-trip time that differs by less than so much, and by less than a quarter, is not worth a report. */
const minRttChangeMs = 5;

/** Tells how this peer's links stand. */
export interface LinkReporter {
  dialling(peer: PeerId, isBackup: boolean): void;
  opened(peer: PeerId, isBackup: boolean): void;
  /** What a link is for may change with the roster, while it is open. */
  used(peer: PeerId, isBackup: boolean): void;
  lost(peer: PeerId, loss: Loss): void;
  /** It is not wanted any more. */
  closed(peer: PeerId): void;
  /** Forgets all that are neither open nor among these. */
  keep(wanted: ReadonlyMap<PeerId, unknown>): void;
  /** What the links have counted; what has changed of their paths is told. */
  traffic(): Promise<readonly LinkTraffic[]>;
}

type Standing = Omit<LinkReport, "type" | "peer" | "state"> & { readonly isOpen: boolean };

const unknown: Standing = { isOpen: false, path: null, rttMs: null, attempts: 0, reason: null, isBackup: false };

export function createLinkReporter(links: Links, report: (report: PeerReport) => void): LinkReporter {
  const standings = new Map<PeerId, Standing>();
  const of = (peer: PeerId): Standing => standings.get(peer) ?? unknown;
  const tell = (peer: PeerId, state: LinkReport["state"], standing: Standing): void => {
    const { isOpen: _, ...told } = standing;
    standings.set(peer, { ...standing, isOpen: state === "open" });
    report({ type: "link", peer, state, ...told });
  };

  const traffic = async (): Promise<readonly LinkTraffic[]> => {
    const all = await links.traffic();
    for (const { peer, open, path, rttMs } of all) {
      const before = of(peer);
      if (!open || !before.isOpen) continue;
      if (path !== before.path || hasChanged(before.rttMs, rttMs)) tell(peer, "open", { ...before, path, rttMs });
    }
    return all;
  };

  return {
    dialling(peer, isBackup) {
      const { attempts, reason } = of(peer);
      tell(peer, "dialling", { ...unknown, isBackup, attempts: attempts + 1, reason });
    },
    opened(peer, isBackup) {
      tell(peer, "open", { ...unknown, isBackup, attempts: of(peer).attempts });
      // The path is known now; whoever waits for the first round is to see it, too.
      void traffic();
    },
    used(peer, isBackup) {
      const before = of(peer);
      if (before.isOpen && before.isBackup !== isBackup) tell(peer, "open", { ...before, isBackup });
    },
    lost(peer, loss) {
      const { isOpen, attempts } = of(peer);
      standings.set(peer, { ...unknown, attempts: isOpen ? 0 : attempts, reason: loss.reason });
      report({ type: "lost", peer, loss });
    },
    closed(peer) {
      const { isOpen, isBackup } = of(peer);
      if (isOpen) tell(peer, "closed", { ...unknown, isBackup });
      standings.delete(peer);
    },
    keep(wanted) {
      for (const [peer, { isOpen }] of standings) if (!isOpen && !wanted.has(peer)) standings.delete(peer);
    },
    traffic,
  };
}

function hasChanged(before: number | null, now: number | null): boolean {
  if (before === null || now === null) return before !== now;
  return Math.abs(now - before) >= Math.max(minRttChangeMs, before / 4);
}
