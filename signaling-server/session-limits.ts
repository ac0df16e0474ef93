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

export interface SessionLimits {
  /** Why a request cannot be passed on; null if it can. */
  refusalOf(request: IncomingMessage): Refusal | null;
  /** null where there is no place: requests may come in one piece, before the first of them has opened its session. */
  enter(request: IncomingMessage): SessionPlace | null;
  /** Requests for which there was no place. */
  readonly turnedAway: number;
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

/** Bounds the sessions of socket.io, all and those of one address, before they open. */
export function createSessionLimits({ addressLimits, isFull, keyOf, now, onCrowded }: SessionLimitsOptions): SessionLimits {
  const sessions = createBoundedTally(addressLimits.sessions);
  const silent = createBoundedTally(addressLimits.silent);
  const openings = createKeyedBuckets(addressLimits.openings);
  let turnedAway = 0;

  function refusalFor(key: string): Refusal | null {
    if (sessions.isFull(key) || silent.isFull(key)) {
      onCrowded?.();
      return { status: 429, text: "Your address has as many connections as it may have: try again in some seconds." };
    }
    if (isFull()) return { status: 503, text: "This server has as many connections as it may have: try again in some seconds." };
    if (openings.take(key, now(), 1)) return null;
    return { status: 429, text: "Your address opens more connections than it may: try again in some seconds." };
  }

  return {
    get turnedAway() {
      return turnedAway;
    },
    refusalOf(request) {
      const { sid, transport } = queryOf(request);
      // The engine would take it for a poll of a WebSocket session, and never answer.
      if (transport === "websocket" && request.headers.upgrade === undefined)
        return { status: 400, text: "Expected an upgrade." };
      if (sid) return null;
      const key = keyOf(request);
      const refusal = refusalFor(key);
      if (refusal !== null) turnedAway += 1;
      return refusal;
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
