import type { ServerMessage } from "../../shared/signaling/protocol/messages.ts";

/** Longest wait before a refused peer tries again: the server's wait, doubled with each refusal up to this, times a random 0.5 … 1. */
const maxMs = 60_000;

/** A client's answer to refusals: after one that may be tried again it tries until it is let in. */
export interface Comeback {
  /** The message that listeners are given in place of the server's; null for none. */
  hear(message: ServerMessage): ServerMessage | null;
  /** Wait before the next connection after the server has ended one (ms); null: never again. */
  waitMs(): number | null;
}

export function createComeback(): Comeback {
  /** When the peer may come again, as the server says right before a refusal; null: it does not say. */
  let afterMs: number | null = null;
  let refusals = 0;
  let isFinal = false;
  /** The reason that was reported last. */
  let told: string | null = null;
  let waitMs = 0;

  return {
    hear(message) {
      switch (message.kind) {
        case "later":
          afterMs = message.afterMs;
          return null;
        case "refused": {
          if (afterMs === null) {
            isFinal = true;
            return message;
          }
          waitMs = Math.min(maxMs, afterMs * 2 ** refusals) * (0.5 + 0.5 * Math.random());
          refusals = Math.min(refusals + 1, 16);
          afterMs = null;
          if (message.reason === told) return null;
          told = message.reason;
          return { kind: "waiting", what: `to be let in: ${message.reason}`.slice(0, 300), forMs: null };
        }
        case "welcome":
          refusals = 0;
          told = null;
          return message;
        default:
          return message;
      }
    },
    waitMs() {
      const ms = waitMs;
      waitMs = 0;
      return isFinal ? null : ms;
    },
  };
}
