import type { ServerMessage } from "../../shared/signaling/protocol/messages.ts";

/** The longest wait (ms) before a peer that was not let in tries again; doubled up to that each time, and half as long to as long at random. */
const maxMs = 60_000;

/** What a client does about refusals: it tries again after those that may be tried again, until it is let in. */
export interface Comeback {
  /** What the listeners are to hear where the server says this; null: nothing. */
  hear(message: ServerMessage): ServerMessage | null;
  /** How long (ms) to wait before connecting again to a server that has ended the connection; null: for ever. */
  waitMs(): number | null;
}

export function createComeback(): Comeback {
  /** What the server said of the refusal that it is about to send. */
  let afterMs: number | null = null;
  let refusals = 0;
  let isFinal = false;
  /** What a person was told it waits for. */
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
