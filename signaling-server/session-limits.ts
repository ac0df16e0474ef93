import type { IncomingMessage } from "node:http";
import type { AddressLimits } from "./address-limits.ts";
import { createBoundedTally } from "./bounded-tally.ts";
import { createKeyedBuckets } from "./pace.ts";
import type { Refusal } from "./refuse-upgrade.ts";

/** One counted session of an address. */
export interface SessionPlace {
  saidHello(): void;
  leave(): void;
}

/** What there was too much of: connections of an address or of the server, or new ones of an address a second. */
type TurnedAwayBy = "address" | "server" | "pace";

export interface SessionLimits {
  /** Why a request cannot be passed on; null if it can. */
  refusalOf(request: IncomingMessage): Refusal | null;
  /** null where there is no place: requests may come in one piece, before the first of them has opened its session. */
  enter(request: IncomingMessage): SessionPlace | null;
  /** Requests for which there was no place. */
  readonly turnedAway: number;
  /** The same by what there was too much of. */
  readonly turnedAwayBy: Readonly<Record<TurnedAwayBy, number>>;
}

export interface SessionLimitsOptions {
  readonly addressLimits: AddressLimits;
  /** Whether the server has as many sessions as it may have. */
  readonly isFull: () => boolean;
  /** What the client that sent a request is counted by. */
  readonly keyOf: (request: IncomingMessage) => string;
  /** Milliseconds, never going back. */
  readonly now: () => number;
  /** An address has as many sessions as it may have. */
  readonly onCrowded?: (() => void) | undefined;
}

const refusals: Readonly<Record<TurnedAwayBy, Refusal>> = {
  address: { status: 429, text: "Your address has as many connections as it may have: try again in some seconds." },
  server: { status: 503, text: "This server has as many connections as it may have: try again in some seconds." },
  pace: { status: 429, text: "Your address opens more connections than it may: try again in some seconds." },
};

/** Bounds the sessions of socket.io, all and those of one address, before they open. */
export function createSessionLimits({ addressLimits, isFull, keyOf, now, onCrowded }: SessionLimitsOptions): SessionLimits {
  const sessions = createBoundedTally(addressLimits.sessions);
  const silent = createBoundedTally(addressLimits.silent);
  const openings = createKeyedBuckets(addressLimits.openings);
  const turnedAwayBy = { address: 0, server: 0, pace: 0 };

  function shortOf(key: string): TurnedAwayBy | null {
    if (sessions.isFull(key) || silent.isFull(key)) return "address";
    if (isFull()) return "server";
    return openings.take(key, now(), 1) ? null : "pace";
  }

  return {
    get turnedAway() {
      return Object.values(turnedAwayBy).reduce((sum, count) => sum + count, 0);
    },
    turnedAwayBy,
    refusalOf(request) {
      const { sid, transport } = queryOf(request);
      // The engine would take it for a poll of a WebSocket session, and never answer.
      if (transport === "websocket" && request.headers.upgrade === undefined)
        return { status: 400, text: "Expected an upgrade." };
      if (sid) return null;
      const by = shortOf(keyOf(request));
      if (by === null) return null;
      turnedAwayBy[by] += 1;
      if (by === "address") onCrowded?.();
      return refusals[by];
    },
    enter(request) {
      const key = keyOf(request);
      if (silent.isFull(key) || !sessions.take(key)) return null;
      silent.take(key);
      let isSilent = true;
      const saidHello = (): void => {
        if (isSilent) silent.give(key);
        isSilent = false;
      };
      const leave = (): void => {
        saidHello();
        sessions.give(key);
      };
      return { saidHello, leave };
    },
  };
}

/** Reads a query parameter as the engine does. */
function queryOf({ url = "/" }: IncomingMessage): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(new URL(url, "http://host").searchParams);
}
