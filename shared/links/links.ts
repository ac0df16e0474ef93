import type { Clock } from "../base/clock.ts";
import { LinkError, type Links, type Loss, type PeerId, type Signal } from "../base/transport.ts";
import { type Connect, noStats } from "./connection.ts";
import { createEarlySignals } from "./early-signals.ts";
import { type Envelope, openEnvelope, sealEnvelope } from "./envelope.ts";
import { createInbox } from "./inbox.ts";
import { createLink, type Link } from "./link.ts";
import { createListeners } from "./listeners.ts";

export interface LinksOptions {
  readonly self: PeerId;
  readonly clock: Clock;
  readonly connect: Connect;
  /** The longest message that is sent, or taken from a peer. */
  readonly maxMessageBytes: number;
  /** Whether a peer that this one did not dial may open a link; by default its offer waits until it is dialled. */
  readonly accepts?: (peer: PeerId) => boolean;
  readonly openTimeoutMs?: number;
}

/** ICE takes one to three seconds through TURN; browsers themselves give up after 15 to 30. */
const defaultOpenTimeoutMs = 10_000;

/** Browsers manage a handful of connections a tab; a binomial tree of 4,096 peers asks for 12. */
export const maxLinks = 16;

/** What peers may send before anybody listens: one round's sums of a few neighbors. */
const maxEarlyBytes = 64 * 1024 * 1024;

/** A link, or the wait for one. */
interface Entry {
  readonly peer: PeerId;
  readonly cancelTimeout: () => void;
  /** Whether this side's offer stands. */
  initiator: boolean;
  /** The initiator's number of this dial; 0 while its offer is awaited. */
  session: number;
  /** The newest session that the other side began, taken up or not. */
  theirs: number;
  link: Link | undefined;
}

/**
 * This peer's links: who dials whom, in which session, and what becomes of it. Pure: connections, signals and time come
 * from outside. When both sides make an offer, that of the lower id stands.
 */
export function createLinks(options: LinksOptions): Links {
  const { self, clock, connect, maxMessageBytes, accepts = () => false, openTimeoutMs = defaultOpenTimeoutMs } = options;
  const entries = new Map<PeerId, Entry>();
  const early = createEarlySignals(clock, openTimeoutMs);
  const inbox = createInbox(maxEarlyBytes + maxMessageBytes);
  const signalled = createListeners<[PeerId, Signal]>();
  const opened = createListeners<[PeerId]>();
  const lost = createListeners<[PeerId, Loss]>();
  let sessions = 0;
  let closed = false;

  function begin(peer: PeerId, initiator: boolean): Entry {
    const cancelTimeout = clock.after(openTimeoutMs, () => expire(entry));
    const entry: Entry = { peer, cancelTimeout, initiator, session: 0, theirs: 0, link: undefined };
    entries.set(peer, entry);
    return entry;
  }

  function expire(entry: Entry): void {
    const progress = entry.link?.describe() ?? "the other side made no offer";
    lose(entry, { kind: "unopened", reason: `no link after ${openTimeoutMs / 1000} s: ${progress}` });
  }

  function remove(entry: Entry): boolean {
    if (entries.get(entry.peer) !== entry) return false;
    entries.delete(entry.peer);
    entry.cancelTimeout();
    return true;
  }

  function lose(entry: Entry, loss: Loss): void {
    if (!remove(entry)) return;
    entry.link?.drop(new LinkError(`the link to ${entry.peer} was lost: ${loss.reason}`));
    lost.emit(entry.peer, loss);
  }

  function open(entry: Entry, initiator: boolean, session: number): Link {
    const { peer } = entry;
    const current = (): boolean => entry.link === link && entries.get(peer) === entry;
    let first = initiator;
    const link = createLink(peer, {
      connect,
      clock,
      initiator,
      maxMessageBytes,
      onSignal(data) {
        if (!current()) return;
        const envelope: Envelope = { session, from: initiator ? "initiator" : "acceptor", first, data };
        first = false;
        signalled.emit(peer, sealEnvelope(envelope));
      },
      onOpen() {
        if (!current()) return;
        entry.cancelTimeout();
        opened.emit(peer);
      },
      onMessage(bytes) {
        if (current() && !inbox.deliver(peer, bytes)) {
          lose(entry, { kind: "broken", reason: `${bytes.byteLength} bytes came while nobody listened, and too many before` });
        }
      },
      onLost(loss) {
        if (current()) lose(entry, loss);
      },
    });
    entry.link = link;
    entry.initiator = initiator;
    entry.session = session;
    return link;
  }

  function offered(peer: PeerId, envelope: Envelope): void {
    const known = entries.get(peer);
    if (known !== undefined && envelope.session <= known.theirs) {
      if (envelope.session === known.theirs && !known.initiator) known.link?.signal(envelope.data);
      return;
    }
    if (known?.link?.open && envelope.first) {
      lose(known, { kind: "closed", reason: "the other side lost the link and dials again" });
    }
    const entry = entries.get(peer) ?? (mayBegin(peer, envelope) ? begin(peer, false) : undefined);
    if (entry === undefined) early.keep(peer, envelope);
    else if (envelope.first) takeUp(entry, envelope);
  }

  function mayBegin(peer: PeerId, envelope: Envelope): boolean {
    return envelope.first && entries.size < maxLinks && accepts(peer);
  }

  function takeUp(entry: Entry, envelope: Envelope): void {
    entry.theirs = envelope.session;
    if (entry.initiator && self < entry.peer) return;
    entry.link?.drop(new LinkError(`the offer of ${entry.peer} stands`));
    open(entry, false, envelope.session).signal(envelope.data);
  }

  function hangUp(peer: PeerId): void {
    early.take(peer);
    const entry = entries.get(peer);
    if (entry !== undefined && remove(entry)) entry.link?.hangUp();
  }

  return {
    self,
    dial(peer, initiator) {
      if (closed || peer === self || entries.has(peer)) return;
      if (entries.size >= maxLinks) {
        const loss: Loss = { kind: "unopened", reason: `this peer has its ${maxLinks} links already` };
        clock.after(0, () => lost.emit(peer, loss));
        return;
      }
      const offers = early.take(peer);
      const theirsStands = offers.length > 0 && peer < self;
      const entry = begin(peer, initiator && !theirsStands);
      if (entry.initiator) {
        sessions += 1;
        open(entry, true, sessions);
      }
      for (const envelope of offers) offered(peer, envelope);
    },
    hangUp,
    signal(peer, data) {
      if (closed || peer === self) return;
      const envelope = openEnvelope(data);
      const entry = entries.get(peer);
      if (envelope === undefined) {
        if (entry !== undefined && !entry.link?.open)
          lose(entry, { kind: "broken", reason: "expected a signal, got other text" });
      } else if (envelope.from === "initiator") {
        offered(peer, envelope);
      } else if (entry?.initiator && entry.session === envelope.session) {
        entry.link?.signal(envelope.data);
      }
    },
    send(to, bytes) {
      const link = entries.get(to)?.link;
      return link === undefined ? Promise.reject(new LinkError(`there is no link to ${to}`)) : link.send(bytes);
    },
    onMessage: inbox.onMessage,
    onLost: lost.add,
    onSignal: signalled.add,
    onOpen: opened.add,
    traffic: () =>
      Promise.all(
        [...entries.values()].map(({ peer, link }) => link?.traffic() ?? { peer, open: false, sent: 0, received: 0, ...noStats }),
      ),
    close() {
      closed = true;
      for (const peer of [...entries.keys()]) hangUp(peer);
      early.clear();
      inbox.close();
      signalled.clear();
      opened.clear();
      lost.clear();
    },
  };
}
