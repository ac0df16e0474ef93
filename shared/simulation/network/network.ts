import type { Rng } from "../../base/random.ts";
import type { Links, PeerId } from "../../base/transport.ts";
import type { Connection, ConnectionEvents } from "../../links/connection.ts";
import { noStats } from "../../links/connection.ts";
import { createLinks } from "../../links/links.ts";
import { type Gate, gated } from "./gate.ts";
import { createPairs } from "./pairs.ts";
import { createUplink } from "./uplink.ts";
import type { VirtualClock } from "./virtual-clock.ts";

export interface NetworkOptions {
  readonly clock: VirtualClock;
  readonly rng: Rng;
  /** One way; where links differ, that of the link between two peers. */
  readonly latencyMs: number | ((from: PeerId, to: PeerId) => number);
  /** Bits per second of each peer's uplink, and again of its downlink, shared by its links; Infinity takes no time. */
  readonly bandwidthBitsPerSecond: number;
  /** Up to so much is added to the latency of each frame; frames of one link stay in order. */
  readonly jitterMs?: number;
  /** How long until a crash shows at the other ends: WebRTC takes 5 to 30 s, a closed tab one latency (the default). */
  readonly noticeMs?: number;
  readonly openTimeoutMs?: number;
  readonly maxMessageBytes?: number;
}

/** A network in memory: the product's own links and frames, over connections of virtual time. */
export interface Network {
  /** The links of a peer that is new, or was removed. Signals are the caller's to carry. */
  join(peer: PeerId, options?: { readonly accepts?: (peer: PeerId) => boolean; readonly gate?: Gate }): Links;
  /** The connection between two peers fails: what is under way is lost, and both are told. */
  lose(a: PeerId, b: PeerId): void;
  /** From now on no new connection opens between two peers; returns the end of that. */
  block(a: PeerId, b: PeerId): () => void;
  /** What two peers send each other waits, and their links seem alive; returns the end of that: then it all arrives, in order. */
  stall(a: PeerId, b: PeerId): () => void;
  /** The peer crashes: it hears and says nothing more; its neighbors are told after `noticeMs` (by default that of the network). */
  remove(peer: PeerId, noticeMs?: number): void;
  /** Bytes that wait at a peer to be sent: those that have not left, and those that a stall holds. */
  waitingBytes(peer: PeerId): number;
}

/** One peer's access to the network: a queue in and a queue out. */
interface Host {
  readonly peer: PeerId;
  readonly ends: Set<End>;
  /** When the downlink will have taken in everything that arrived so far; and the same of the uplink. */
  downFreeAt: number;
  readonly uplink: ReturnType<typeof createUplink>;
}

/** One side of a connection. */
interface End {
  readonly host: Host;
  readonly to: PeerId;
  readonly events: ConnectionEvents;
  partner: End | undefined;
  state: "negotiating" | "open" | "over";
  lastArrival: number;
  /** What waits because the pair is stalled. */
  held: Uint8Array[];
  /** Bytes that have not left yet. */
  queued(): number;
}

/** Far above what a simulation sends; the bound itself is the frame reader's business. */
const defaultMaxMessageBytes = 256 * 1024 * 1024;

export function createNetwork(options: NetworkOptions): Network {
  const { clock, rng, jitterMs = 0 } = options;
  const { latencyMs: latency } = options;
  const latencyOf = typeof latency === "number" ? () => latency : latency;
  const msPerByte = 8_000 / options.bandwidthBitsPerSecond;
  const members = new Map<PeerId, { readonly host: Host; readonly links: Links }>();
  const blocked = createPairs();
  const stalled = createPairs();
  const offers = new Map<number, End>();
  let lastOffer = 0;

  function connect(host: Host, to: PeerId, initiator: boolean, events: ConnectionEvents): Connection {
    const outgoing = host.uplink.open(() => {
      if (end.state === "open") events.onDrain();
      return end.state === "open";
    });
    const end: End = {
      ...{ host, to, events, partner: undefined, state: "negotiating", lastArrival: 0, held: [] },
      queued: outgoing.waiting,
    };
    host.ends.add(end);
    let offer = 0;
    if (initiator) {
      lastOffer += 1;
      offer = lastOffer;
      offers.set(offer, end);
      tell(end, () => events.onSignal({ offer }), clock.now());
    }
    return {
      signal(data) {
        if (end.state === "negotiating") negotiate(end, data);
      },
      send(frame) {
        if (end.state !== "open") throw new Error("expected an open connection");
        const leaves = outgoing.queue(frame.byteLength);
        if (stalled.has(host.peer, to)) end.held.push(frame);
        else travel(end, frame, leaves);
      },
      get bufferedBytes() {
        return outgoing.waiting();
      },
      destroy() {
        offers.delete(offer);
        finish(end);
      },
      stats: () => Promise.resolve(noStats),
      describe: () => (initiator ? "the offer was not answered, or no path opened" : "an offer came, but no path opened"),
    };
  }

  function travel(end: End, frame: Uint8Array, leaves: number): void {
    const arrives = leaves + latencyOf(end.host.peer, end.to) + (jitterMs > 0 ? jitterMs * rng.uniform() : 0);
    end.lastArrival = Math.max(arrives, end.lastArrival);
    clock.at(end.lastArrival, () => arrive(end.partner, frame));
  }

  /** The open ends of the connections between two peers, on both sides. */
  function* endsBetween(a: PeerId, b: PeerId): Generator<End> {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      for (const end of members.get(from)?.host.ends ?? []) if (end.to === to) yield end;
    }
  }

  /** Calls product code at one end, unless the end is over by then. */
  function tell(end: End, event: () => void, timeMs: number): void {
    clock.at(timeMs, () => {
      if (end.state === "over") return false;
      event();
      return true;
    });
  }

  function negotiate(end: End, data: unknown): void {
    const { offer, answer } = numbersOf(data);
    if (offer !== undefined && offers.get(offer)?.to === end.host.peer) {
      end.partner = offers.get(offer);
      tell(end, () => end.events.onSignal({ answer: offer }), clock.now());
    } else if (answer !== undefined && offers.get(answer) === end) {
      offers.delete(answer);
      const partner = [...(members.get(end.to)?.host.ends ?? [])].find((candidate) => candidate.partner === end);
      if (partner === undefined || blocked.has(end.host.peer, end.to)) return;
      end.partner = partner;
      for (const side of [end, partner]) tell(side, () => opened(side), clock.now() + latencyOf(end.to, end.host.peer));
    }
  }

  function opened(end: End): void {
    end.state = "open";
    end.events.onOpen();
  }

  /** A frame is at the other side's downlink. */
  function arrive(end: End | undefined, frame: Uint8Array): boolean {
    if (end === undefined || end.state === "over") return false;
    const { host } = end;
    const { byteLength } = frame;
    if (msPerByte === 0) {
      end.events.onFrame(frame);
      return true;
    }
    host.downFreeAt = Math.max(host.downFreeAt, clock.now()) + byteLength * msPerByte;
    tell(end, () => end.events.onFrame(frame), host.downFreeAt);
    return false;
  }

  /** Ends one side; the other is told when it can know. */
  function finish(end: End, delayMs = latencyOf(end.host.peer, end.to)): void {
    if (end.state === "over") return;
    end.state = "over";
    end.host.ends.delete(end);
    const { partner } = end;
    if (partner !== undefined && partner.partner === end) fail(partner, "the other side closed the connection", delayMs);
  }

  function fail(end: End, reason: string, delayMs: number): void {
    tell(
      end,
      () => {
        finish(end);
        end.events.onEnd({ kind: "closed", reason });
      },
      clock.now() + delayMs,
    );
  }

  return {
    join(peer, { accepts, gate } = {}) {
      if (members.has(peer)) throw new RangeError(`expected a new peer, got ${peer} again`);
      const host: Host = { peer, ends: new Set(), downFreeAt: 0, uplink: createUplink(clock, msPerByte) };
      const links = createLinks({
        self: peer,
        clock: gate?.clock ?? clock,
        connect: (to, initiator, events) => connect(host, to, initiator, gate === undefined ? events : gated(events, gate)),
        maxMessageBytes: options.maxMessageBytes ?? defaultMaxMessageBytes,
        ...(accepts === undefined ? {} : { accepts }),
        ...(options.openTimeoutMs === undefined ? {} : { openTimeoutMs: options.openTimeoutMs }),
      });
      members.set(peer, { host, links });
      return links;
    },
    lose(a, b) {
      for (const end of endsBetween(a, b)) {
        end.partner = undefined;
        fail(end, "the network between the peers failed", latencyOf(a, b));
      }
    },
    block: (a, b) => blocked.add(a, b),
    stall(a, b) {
      const resume = stalled.add(a, b);
      return () => {
        resume();
        for (const end of endsBetween(a, b)) for (const frame of end.held.splice(0)) travel(end, frame, clock.now());
      };
    },
    waitingBytes(peer) {
      let bytes = 0;
      for (const { held, queued } of members.get(peer)?.host.ends ?? [])
        bytes += queued() + held.reduce((sum, { byteLength }) => sum + byteLength, 0);
      return bytes;
    },
    remove(peer, noticeMs = options.noticeMs) {
      const member = members.get(peer);
      if (member === undefined) return;
      members.delete(peer);
      for (const end of [...member.host.ends]) finish(end, noticeMs);
      member.links.close();
    },
  };
}

/** Signals are whatever came from outside. */
function numbersOf(data: unknown): { readonly offer?: number; readonly answer?: number } {
  if (typeof data !== "object" || data === null) return {};
  if ("offer" in data && typeof data.offer === "number") return { offer: data.offer };
  if ("answer" in data && typeof data.answer === "number") return { answer: data.answer };
  return {};
}
