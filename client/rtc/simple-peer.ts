/**
 * The part of simple-peer 9 that Copse uses: its negotiation and its end. The data channel and the RTCPeerConnection are taken
 * from inside, since simple-peer's own `send` has no back-pressure.
 */
export interface SimplePeer {
  on(event: "signal", listener: (data: object) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "close", listener: () => void): unknown;
  /** May throw, and may end in `error` and `close` later. */
  signal(data: SignalData): void;
  destroy(): void;
  /** Null after the end. With a negotiated channel it is there from the beginning. */
  readonly _channel: DataChannel | null;
  /** Null after the end; not there at all where the platform would make none. */
  readonly _pc?: PeerConnection | null;
}

/** The options that Copse gives simple-peer; a program in Node adds `wrtc`. */
interface SimplePeerOptions {
  readonly initiator: boolean;
  readonly trickle: true;
  /** When to give up gathering candidates, which trickling never waits for; its timer outlives the connection. */
  readonly iceCompleteTimeout: number;
  readonly channelName: string;
  readonly channelConfig: { readonly negotiated: true; readonly id: number };
  readonly config: { readonly iceServers: IceServerList; readonly iceTransportPolicy?: "relay" };
}

export type IceServerList = {
  urls: string | string[];
  username?: string;
  credential?: string;
}[];

export type CreateSimplePeer = (options: SimplePeerOptions) => SimplePeer;

type SignalData =
  | { type: "offer" | "answer"; sdp: string }
  | { type: "candidate"; candidate: { candidate: string; sdpMLineIndex: number | null; sdpMid: string | null } };

/** The part of RTCDataChannel that a link lives on. */
interface DataChannel {
  readonly bufferedAmount: number;
  /** Absent in @roamhq/wrtc 0.10, which never says that its buffer is low. */
  bufferedAmountLowThreshold?: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onbufferedamountlow?: (() => void) | null;
  addEventListener(type: "open", listener: () => void): void;
}

/** The part of RTCPeerConnection that tells how it is. */
export interface PeerConnection {
  readonly iceConnectionState: string;
  readonly iceGatheringState: string;
  getStats(): Promise<{ forEach(visit: (report: unknown) => void): void }>;
}
