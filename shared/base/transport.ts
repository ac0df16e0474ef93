/** A peer's name within a room: 16 to 32 lower-case hexadecimal digits, drawn at random by the peer itself. */
export type PeerId = string;

/** Carries whole messages between this peer and the peers it has an open link to. */
export interface Transport {
  readonly self: PeerId;
  /**
   * Sends one message; messages to one peer arrive whole, once, in order, or the link is reported lost. In order, that is,
   * among those of at most 16,383 bytes and among longer ones: the short overtake the long. Resolves when more may be sent
   * (back-pressure). Takes ownership of `bytes`: their buffer may be empty afterwards, so a second peer needs a copy.
   * @throws {LinkError} (as a rejection) if there is no open link to `to` or it is lost meanwhile
   */
  send(to: PeerId, bytes: Uint8Array): Promise<void>;
  onMessage(listener: (from: PeerId, bytes: Uint8Array) => void): () => void;
  /** A link that was open is gone, or one that was dialled did not open. */
  onLost(listener: (peer: PeerId, loss: Loss) => void): () => void;
  close(): void;
}

export interface Loss {
  /** `unopened`: no link within the time allowed. `closed`: the other side or the network ended it. `broken`: it sent what it must not. */
  readonly kind: "unopened" | "closed" | "broken";
  /** A sentence that a person can act on; at its end, in parentheses, what the platform said, if it said anything. */
  readonly reason: string;
}

/** A transport that opens its links itself, given a way to pass signals to the other side. */
export interface Links extends Transport {
  /** Begins a link; nothing happens if there is one already. The initiator makes the offer. */
  dial(peer: PeerId, initiator: boolean): void;
  /** Ends a link without reporting it lost. */
  hangUp(peer: PeerId): void;
  /** A signal (offer, answer, candidate) that came from `peer` through the signaling server. */
  signal(peer: PeerId, data: Signal): void;
  /** A signal to be passed to `peer`. */
  onSignal(listener: (peer: PeerId, data: Signal) => void): () => void;
  onOpen(listener: (peer: PeerId) => void): () => void;
  traffic(): Promise<readonly LinkTraffic[]>;
}

/** What simple-peer calls signal data, as JSON text: opaque to everything but the link itself. */
export type Signal = string;

/** Bytes of one link since it was dialled. */
export interface LinkTraffic {
  readonly peer: PeerId;
  readonly open: boolean;
  /** Counted where they enter (leave) the data channel: frames with their headers. */
  readonly sent: number;
  readonly received: number;
  /** Bytes as the WebRTC stack counts them in `getStats` (data-channel); null where there is no such stack. */
  readonly statsSent: number | null;
  readonly statsReceived: number | null;
  /** What the ICE transport carried, with DTLS, SCTP and retransmissions; null where not known. */
  readonly wireSent: number | null;
  readonly wireReceived: number | null;
  /** null until it is known. */
  readonly path: LinkPath | null;
  /** From here to the other side and back, as last measured by ICE. */
  readonly rttMs: number | null;
}

/** Straight from peer to peer, or through a TURN server on one side at least. */
export type LinkPath = "direct" | "relayed";

/** A message could not be handed over: no link, or it was lost on the way. */
export class LinkError extends Error {
  override readonly name = "LinkError";
}
