import type { Clock } from "../base/clock.ts";
import type { Links, Loss, PeerId } from "../base/transport.ts";
import { compareVersions, noVersion } from "../base/version.ts";
import type { Signaling } from "../signaling/protocol/messages.ts";
import type { LinkReporter } from "./link-reporter.ts";
import type { Neighborhood } from "./neighbors.ts";

/** The first redial comes after this; each further one waits twice as long. */
const firstRedialMs = 500;
const maxRedialMs = 8_000;
/** A tree link that was open and has been gone for so long is complained about: by then it has been dialled three times. */
const complaintMs = 4_000;
/** Longer than a link may take to open, or a signal waits to be taken up. */
const openingMs = 20_000;

interface LinkKeeperHost {
  readonly links: Links;
  readonly signaling: Signaling;
  readonly clock: Clock;
  readonly reporter: LinkReporter;
  opened(peer: PeerId): void;
  lost(peer: PeerId): void;
}

/** Keeps the links that the roster asks for, and no others: to the parent, the children, the ends of backup links, and an observer's donor. */
export interface LinkKeeper {
  /** O(links); O(members) where there may be a link that is not wanted any more. */
  adopt(neighborhood: Neighborhood): void;
  /** A peer's signal, by the server. */
  signal(from: PeerId, data: string): void;
  isOpen(peer: PeerId): boolean;
  /** Nothing that this neighbor says is of use: the server is told as if there were no link to it. */
  mute(peer: PeerId, reason: string): void;
  close(): void;
}

export function createLinkKeeper(host: LinkKeeperHost): LinkKeeper {
  const { links, signaling, clock, reporter } = host;
  /** Whom we want a link to, and whether we make the offer: the child dials its parent, the later position the earlier one of a backup link, the observer its donor. */
  let wanted = new Map<PeerId, { readonly initiator: boolean; readonly use: "tree" | "donor" | "backup" }>();
  const open = new Set<PeerId>();
  /** When a peer was last dialled, or signalled, or its link opened: nobody else is to be hung up on. */
  const known = new Map<PeerId, number>();
  const redials = new Map<PeerId, { readonly cancel: () => void; readonly delayMs: number }>();
  /** Ends the wait for a tree link that was open, before it is complained about. */
  const missing = new Map<PeerId, () => void>();
  /** Ends the complaints about one that is muted under this roster. */
  const muted = new Map<PeerId, () => void>();
  let version = noVersion;

  const dial = (peer: PeerId): void => {
    const want = wanted.get(peer);
    if (want === undefined || open.has(peer)) return;
    known.set(peer, clock.now());
    reporter.dialling(peer, want.use === "backup");
    links.dial(peer, want.initiator);
  };
  const forget = (peer: PeerId): void => {
    redials.get(peer)?.cancel();
    redials.delete(peer);
  };
  /** Ends what is pending about a peer. */
  const settle = (peer: PeerId, pending = missing): void => {
    pending.get(peer)?.();
    pending.delete(peer);
  };
  const complain = (peer: PeerId, { kind, reason }: Loss): void =>
    signaling.send({ kind: "report", peer, loss: kind, reason: reason.slice(0, 300) });
  /** Again and again: a server that is away hears nothing, and one that parts two peers at once need not be told twice. */
  const complainLater = (peer: PeerId, loss: Loss, pending = missing): void => {
    settle(peer, pending);
    const task = (): void => {
      complain(peer, loss);
      complainLater(peer, loss, pending);
    };
    pending.set(peer, clock.after(complaintMs, task));
  };
  const redialLater = (peer: PeerId): void => {
    const delayMs = Math.min(2 * (redials.get(peer)?.delayMs ?? firstRedialMs / 2), maxRedialMs);
    forget(peer);
    redials.set(peer, { delayMs, cancel: clock.after(delayMs, () => dial(peer)) });
  };
  const part = (peer: PeerId): void => {
    known.delete(peer);
    open.delete(peer);
    reporter.closed(peer);
    links.hangUp(peer);
  };
  /** Hangs up on members that are no neighbors; who is no member may be an observer that this peer gives a snapshot. */
  const partWithStrays = (members: Neighborhood["roster"]["members"]): void => {
    const strays = [...known.keys()].filter((peer) => !wanted.has(peer));
    if (strays.length === 0) return;
    for (const { peer } of members) if (!wanted.has(peer) && known.has(peer)) part(peer);
    const longAgo = clock.now() - openingMs;
    for (const peer of strays) if (!open.has(peer) && (known.get(peer) ?? 0) < longAgo) known.delete(peer);
  };
  const onLost = (peer: PeerId, loss: Loss): void => {
    open.delete(peer);
    reporter.lost(peer, loss);
    host.lost(peer);
    const want = wanted.get(peer);
    if (want === undefined) return;
    redialLater(peer);
    if (want.use === "backup") return;
    if (want.use === "donor" || loss.kind === "unopened") complain(peer, loss);
    else complainLater(peer, loss);
  };
  const unsubscribe = [
    links.onLost(onLost),
    links.onOpen((peer) => {
      open.add(peer);
      known.set(peer, clock.now());
      forget(peer);
      settle(peer);
      reporter.opened(peer, wanted.get(peer)?.use === "backup");
      host.opened(peer);
    }),
    links.onSignal((to, data) => signaling.send({ kind: "signal", to, data })),
  ];

  return {
    adopt({ roster, treePosition, parent, children, backups, donor }) {
      wanted = new Map(children.map((child) => [child, { initiator: false, use: "tree" }]));
      for (const { peer, position } of backups)
        wanted.set(peer, { initiator: treePosition !== null && treePosition.position > position, use: "backup" });
      if (parent !== null) wanted.set(parent, { initiator: true, use: "tree" });
      if (donor !== null) wanted.set(donor, { initiator: true, use: "donor" });
      for (const peer of [...redials.keys()]) if (!wanted.has(peer)) forget(peer);
      for (const peer of [...missing.keys()]) if (wanted.get(peer)?.use !== "tree") settle(peer);
      const isNewer = compareVersions(roster.version, version) > 0;
      for (const peer of [...muted.keys()]) if (isNewer || !wanted.has(peer)) settle(peer, muted);
      version = roster.version;
      partWithStrays(roster.members);
      reporter.keep(wanted);
      for (const [peer, { use }] of wanted) {
        reporter.used(peer, use === "backup");
        dial(peer);
      }
    },
    signal(from, data) {
      known.set(from, clock.now());
      links.signal(from, data);
    },
    isOpen: (peer) => open.has(peer),
    mute(peer, reason) {
      const loss: Loss = { kind: "broken", reason };
      complain(peer, loss);
      complainLater(peer, loss, muted);
    },
    close() {
      for (const stop of unsubscribe) stop();
      for (const peer of [...redials.keys()]) forget(peer);
      for (const peer of [...missing.keys()]) settle(peer);
      for (const peer of [...muted.keys()]) settle(peer, muted);
      links.close();
    },
  };
}
