import type { ServerMessage } from "../protocol/messages.ts";
import type { RunDescription } from "../protocol/run-description.ts";
import type { ConnectionId } from "./participant.ts";

/** What the room asks of whoever carries its messages. Order matters: a `send` before a `close` is to arrive. */
export type Effect =
  | { readonly kind: "send"; readonly to: readonly ConnectionId[]; readonly message: ServerMessage }
  | { readonly kind: "close"; readonly connection: ConnectionId }
  /** A `tick` is wanted at this time (ms) or soon after. It takes the place of the wish before it. */
  | { readonly kind: "wake"; readonly at: number };

/** The longest text that a message may carry. */
const maxTextLength = 300;

/** A peer that finds no room, or whose name is taken, may try again after so many ms. */
export const comebackMs = 5_000;

/** Why a peer may not come in or stay. */
export interface RefusalCause {
  readonly reason: string;
  /** When it may be tried again (ms); null: never. */
  readonly afterMs: number | null;
  /** The room's run, where the peer insists on another. */
  readonly room?: RunDescription;
}

/** One sentence and the end of the connection. */
export function refusal(connection: ConnectionId, { reason, afterMs, room }: RefusalCause): readonly Effect[] {
  const text = reason.length <= maxTextLength ? reason : `${reason.slice(0, maxTextLength - 1)}…`;
  const to = [connection];
  return [
    ...(afterMs === null ? [] : [{ kind: "send", to, message: { kind: "later", afterMs } } as const]),
    { kind: "send", to, message: { kind: "refused", reason: text, ...(room === undefined ? {} : { room }) } },
    { kind: "close", connection },
  ];
}

/** What was turned away, for the operator. */
export interface Counters {
  /** Connections ended with a reason. */
  refused: number;
  /** Messages that were malformed, too early, too many, or not the sender's to send. */
  dropped: number;
}
