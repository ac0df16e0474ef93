import type { Clock } from "../../shared/base/clock.ts";
import type { Loss } from "../../shared/base/transport.ts";
import type { Connection, ConnectionEvents } from "../../shared/links/connection.ts";
import { noStats } from "../../shared/links/connection.ts";
import { windowBytes } from "../../shared/links/frame-pump.ts";
import { channelStats } from "./channel-stats.ts";
import { failureText, lossText } from "./failure-text.ts";
import { signalSchema } from "./signal-schema.ts";
import type { CreateSimplePeer, IceServerList, PeerConnection, SimplePeer } from "./simple-peer.ts";

export interface ChannelOptions {
  readonly clock: Clock;
  readonly createPeer: CreateSimplePeer;
  readonly iceServers: IceServerList;
  readonly relayOnly: boolean;
}

/** More frames are welcome when half the window is free: the channel never runs dry while the event is on its way. */
const lowBytes = windowBytes / 2;

/**
 * Poll interval where no event says that the buffer is low. At most a window goes out between two polls: 256 MB/s, eight times what
 * a Node peer reaches on one machine, so that polls may come late where the processor is busy.
 */
const pollMs = 1;

/** simple-peer's wait for ICE to complete, unused here. 0 would mean its default of 5 s, for which a Node process would live on after its last link. */
const iceCompleteTimeoutMs = 1;

/** One simple-peer with one reliable, ordered data channel that both sides agree on beforehand. */
export function createChannelConnection(initiator: boolean, events: ConnectionEvents, options: ChannelOptions): Connection {
  const { clock, iceServers, relayOnly } = options;
  const peer = options.createPeer({
    initiator,
    trickle: true,
    iceCompleteTimeout: iceCompleteTimeoutMs,
    channelName: "copse",
    // Agreed on, not announced: a peer cannot open further channels that anyone listens to.
    channelConfig: { negotiated: true, id: 0 },
    config: { iceServers, ...(relayOnly ? { iceTransportPolicy: "relay" } : {}) },
  });
  const channel = peer._channel;
  const isMade = hasConnection(peer);
  const saysWhenLow = channel?.bufferedAmountLowThreshold !== undefined;
  /** In a page `bufferedAmount` only falls between two tasks. Where it falls any time, a long message would hold up all others. */
  let sentSinceLook = 0;
  const counts = { sent: 0, received: 0 };
  let described = false;
  let hasOpened = false;
  let ended = false;
  let cancelPoll: (() => void) | undefined;
  let failure: string | undefined;

  function end(loss: Loss): void {
    if (ended) return;
    destroy();
    events.onEnd(loss);
  }

  function destroy(): void {
    ended = true;
    cancelPoll?.();
    peer.destroy();
  }

  function buffered(): number {
    return Math.max(channel?.bufferedAmount ?? 0, sentSinceLook);
  }

  function poll(): void {
    cancelPoll ??= clock.after(pollMs, () => {
      cancelPoll = undefined;
      if (channel === null || ended) return;
      sentSinceLook = 0;
      if (channel.bufferedAmount > lowBytes) poll();
      else events.onDrain();
    });
  }

  function describe(): string {
    const ice = peer._pc?.iceConnectionState ?? "failed";
    const gathering = peer._pc?.iceGatheringState ?? "complete";
    return failureText({ ice, gathering, ...counts, iceServers, relayOnly, isMade, said: failure });
  }

  peer.on("signal", (data) => {
    counts.sent += 1;
    if (!ended) events.onSignal(data);
  });
  peer.on("error", (error) => {
    failure = error.message;
  });
  peer.on("close", () => {
    end({ kind: "closed", reason: hasOpened ? lossText(failure) : describe() });
  });
  if (channel !== null) {
    channel.addEventListener("open", () => {
      if (ended) return;
      hasOpened = true;
      events.onOpen();
    });
    channel.onmessage = ({ data }) => {
      if (ended) return;
      if (data instanceof ArrayBuffer) events.onFrame(new Uint8Array(data));
      else end({ kind: "broken", reason: `expected binary frames, got ${typeof data}` });
    };
    channel.onbufferedamountlow = () => {
      if (!ended) events.onDrain();
    };
    if (saysWhenLow) channel.bufferedAmountLowThreshold = lowBytes;
  }

  return {
    signal(data) {
      if (ended) return;
      counts.received += 1;
      const parsed = signalSchema.safeParse(data);
      if (!parsed.success) return end({ kind: "broken", reason: "expected an offer, an answer or a candidate, got other data" });
      const signal = parsed.data;
      if (signal.type !== "candidate") {
        const expected = initiator ? "answer" : "offer";
        if (described || signal.type !== expected) {
          return end({ kind: "broken", reason: `expected one ${expected}, got ${described ? "another" : "an"} ${signal.type}` });
        }
        described = true;
      }
      try {
        peer.signal(signal);
      } catch (error) {
        end({
          kind: "broken",
          reason: `the other side sent a signal that this one does not take: is one of the two of another release? (${String(error).replace(/[()]/g, "")})`,
        });
      }
    },
    send(frame) {
      if (channel === null || ended) throw new Error("expected an open channel, got one that has ended");
      channel.send(frame);
      if (saysWhenLow) return;
      sentSinceLook += frame.byteLength;
      if (buffered() >= windowBytes) poll();
    },
    get bufferedBytes() {
      return buffered();
    },
    destroy,
    stats: () => (hasConnection(peer) ? channelStats(peer._pc) : Promise.resolve(noStats)),
    describe,
  };
}

/** simple-peer has none where the platform would make none, and none after the end. */
function hasConnection(peer: SimplePeer): peer is SimplePeer & { readonly _pc: PeerConnection } {
  return (peer._pc ?? null) !== null;
}
