import type { LinkPath, Loss, PeerId } from "../base/transport.ts";
import type { Frame } from "../wire/frames.ts";

/**
 * One data channel to one peer, from before it is negotiated until its end: what the links need of WebRTC, or of the
 * network in memory. Its events come after the call that made it returned, and none comes after `destroy`.
 */
export interface Connection {
  /** A signal from the other side; unchecked. What is of no use ends the connection; never throws. */
  signal(data: unknown): void;
  /** Queues a frame; only while open. @throws if the channel will not take it */
  send(frame: Frame): void;
  /** Bytes queued and not yet on their way. */
  readonly bufferedBytes: number;
  destroy(): void;
  stats(): Promise<ConnectionStats>;
  /** How far it got, for a person: "ICE checking, 4 candidates sent, 0 received". */
  describe(): string;
}

export interface ConnectionEvents {
  /** Something to tell the other side: plain data. */
  onSignal(data: unknown): void;
  onOpen(): void;
  onFrame(frame: Uint8Array): void;
  /** `bufferedBytes` fell to a level where more is welcome. */
  onDrain(): void;
  onEnd(loss: Loss): void;
}

/** As the WebRTC stack counts them; null where there is no such count. */
export interface ConnectionStats {
  readonly statsSent: number | null;
  readonly statsReceived: number | null;
  readonly wireSent: number | null;
  readonly wireReceived: number | null;
  readonly path: LinkPath | null;
  readonly rttMs: number | null;
}

/** Before a connection is there to ask. */
export const noStats: ConnectionStats = {
  statsSent: null,
  statsReceived: null,
  wireSent: null,
  wireReceived: null,
  path: null,
  rttMs: null,
};

/** Makes a connection; the initiator makes the offer. */
export type Connect = (peer: PeerId, initiator: boolean, events: ConnectionEvents) => Connection;
