import type { PeerId } from "../base/transport.ts";
import { addBreakdowns, type ByteBreakdown, noBytes } from "../wire/byte-breakdown.ts";
import type { Codec } from "../wire/message-code.ts";
import type { PeerMessage } from "../wire/messages.ts";

/** A message as it goes over the wire, and what its bytes are for. */
export type Encoded = ReturnType<Codec["encodeMeasured"]>;

/** Encodes and sends a peer's messages, and keeps account of what their bytes were for. */
export class Outbox {
  private readonly codec: Codec;
  private readonly transmit: (to: PeerId, bytes: Uint8Array) => Promise<void>;
  private sent: ByteBreakdown = noBytes;

  /** @param transmit resolves when more may be sent; the bytes are its own from then on */
  constructor(codec: Codec, transmit: (to: PeerId, bytes: Uint8Array) => Promise<void>) {
    this.codec = codec;
    this.transmit = transmit;
  }

  encode(message: PeerMessage): Encoded {
    return this.codec.encodeMeasured(message);
  }

  /** Resolves when more may be sent. */
  send(to: PeerId, message: PeerMessage): Promise<void> {
    return this.post(to, this.encode(message));
  }

  /** One message to several peers. */
  sendAll(peers: readonly PeerId[], { bytes, breakdown }: Encoded): void {
    for (const peer of peers) void this.post(peer, { bytes: bytes.slice(), breakdown });
  }

  /** What was sent since this was asked for last. */
  takeBreakdown(): ByteBreakdown {
    const { sent } = this;
    this.sent = noBytes;
    return sent;
  }

  private post(to: PeerId, { bytes, breakdown }: Encoded): Promise<void> {
    this.sent = addBreakdowns(this.sent, breakdown);
    return this.transmit(to, bytes);
  }
}
