import type { Port } from "../../client/rtc/port/port.ts";
import type { PeerId } from "../../shared/base/transport.ts";

/** The worker wants links: of its own page, or of the other tab. */
export interface JoinRequest {
  readonly type: "join";
  readonly peer: PeerId;
  readonly openTimeoutMs: number;
}

/** The page asks the worker to hold its transports to one law. */
export interface RunRequest {
  readonly type: "run";
  readonly law: string;
}

export interface RunReply {
  readonly type: "ran";
  /** Null if the law held. */
  readonly error: string | null;
}

/** Name of the channel on which tabs ask each other for links. */
export const tabsChannel = "tabs";

/** A `Port` over a channel that reaches the other tab. It copies bytes. */
export function broadcastPort(name: string): Port {
  const channel = new BroadcastChannel(name);
  return {
    postMessage: (message) => channel.postMessage(message),
    addEventListener: (type, listener) => channel.addEventListener(type, listener),
    removeEventListener: (type, listener) => channel.removeEventListener(type, listener),
    start() {},
    close: () => channel.close(),
  };
}
