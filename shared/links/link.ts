import type { Clock } from "../base/clock.ts";
import { LinkError, type LinkTraffic, type Loss, type PeerId } from "../base/transport.ts";
import { createFrameReader, FrameError, goodbyeFrame } from "../wire/frames.ts";
import type { Connect, Connection, ConnectionEvents, ConnectionStats } from "./connection.ts";
import { noStats } from "./connection.ts";
import { createFramePump } from "./frame-pump.ts";

export interface LinkOptions {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly initiator: boolean;
  readonly maxMessageBytes: number;
  readonly onSignal: (data: unknown) => void;
  readonly onOpen: () => void;
  readonly onMessage: (bytes: Uint8Array) => void;
  /** At most once, and not after `hangUp` or `drop`. The link is over. */
  readonly onLost: (loss: Loss) => void;
}

/** One connection, the frames in and out of it, and what they weigh. */
export interface Link {
  readonly open: boolean;
  signal(data: unknown): void;
  send(message: Uint8Array): Promise<void>;
  /** Ends it with a goodbye, once what was handed over before has arrived. */
  hangUp(): void;
  /** Ends it at once. */
  drop(error: LinkError): void;
  describe(): string;
  traffic(): Promise<LinkTraffic>;
}

/**
 * How long a connection that was hung up may stand still before it ends, and how often that is looked at: what is buffered is to
 * arrive, its goodbye last. No longer, else a process does not end.
 */
const goodbyeTimeoutMs = 1_000;
const maxGoodbyeLooks = 10;
/** Looked at so much too late, this side stood still itself. */
const lateMs = 250;

/** An offer, an answer and the candidates of a host with many interfaces; more is a flood. */
const maxSignals = 128;

/** Opens a link to `peer`. */
export function createLink(peer: PeerId, options: LinkOptions): Link {
  const { clock, maxMessageBytes } = options;
  const reader = createFrameReader(maxMessageBytes);
  let state: "dialling" | "open" | "parting" | "over" = "dialling";
  let received = 0;
  let signals = 0;
  let cancelParting = (): void => {};

  const connection = begin({
    onSignal(data) {
      if (state === "dialling" || state === "open") options.onSignal(data);
    },
    onOpen() {
      if (state !== "dialling") return;
      state = "open";
      options.onOpen();
    },
    onFrame: read,
    onDrain() {
      if (state === "open") pump.run();
    },
    onEnd(loss) {
      lose(state === "dialling" && loss.kind === "closed" ? { kind: "unopened", reason: loss.reason } : loss);
    },
  });

  const pump = createFramePump(
    {
      get bufferedBytes() {
        return connection.bufferedBytes;
      },
      send(frame) {
        try {
          connection.send(frame);
        } catch (error) {
          lose({ kind: "closed", reason: `the channel takes no more: ${String(error)}` });
        }
      },
    },
    maxMessageBytes,
  );

  function begin(events: ConnectionEvents): Connection {
    try {
      return options.connect(peer, options.initiator, events);
    } catch (error) {
      const reason = `this side cannot make a connection (${String(error).replace(/[()]/g, "")})`;
      clock.after(0, () => lose({ kind: "unopened", reason }));
      return noConnection(reason);
    }
  }

  function end(error: LinkError): void {
    if (state === "over") return;
    state = "over";
    cancelParting();
    pump.fail(error);
    connection.destroy();
  }

  function lose(loss: Loss): void {
    if (state === "over") return;
    const told = state !== "parting";
    end(new LinkError(`the link to ${peer} was lost: ${loss.reason}`));
    if (told) options.onLost(loss);
  }

  function read(frame: Uint8Array): void {
    if (state === "over") return;
    received += frame.byteLength;
    try {
      const event = reader.read(frame);
      if (event?.kind === "goodbye") lose({ kind: "closed", reason: "the other side hung up" });
      else if (event !== undefined && state !== "parting") options.onMessage(event.message);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      lose({ kind: "broken", reason: error.message });
    }
  }

  /** Ends the link when it no longer moves; the other side's end of it comes first, as a rule. */
  function endLater(error: LinkError, looksLeft: number): void {
    const before = connection.bufferedBytes;
    const dueAt = clock.now() + goodbyeTimeoutMs;
    cancelParting = clock.after(goodbyeTimeoutMs, () => {
      const hasMoved = connection.bufferedBytes < before || clock.now() > dueAt + lateMs;
      if (hasMoved && looksLeft > 1) endLater(error, looksLeft - 1);
      else end(error);
    });
  }

  return {
    get open() {
      return state === "open";
    },
    signal(data) {
      signals += 1;
      if (signals > maxSignals) lose({ kind: "broken", reason: `expected at most ${maxSignals} signals, got more` });
      else if (state === "dialling" || state === "open") connection.signal(data);
    },
    send(message) {
      if (state !== "open") return Promise.reject(new LinkError(`the link to ${peer} is not open`));
      return pump.send(message);
    },
    hangUp() {
      const error = new LinkError(`this side hung up on ${peer}`);
      if (state !== "open") {
        end(error);
        return;
      }
      state = "parting";
      pump.fail(error);
      try {
        connection.send(goodbyeFrame());
        endLater(error, maxGoodbyeLooks);
      } catch {
        end(error);
      }
    },
    drop: end,
    describe: () => connection.describe(),
    async traffic() {
      const open = state === "open";
      const stats: ConnectionStats = state === "over" ? noStats : await connection.stats();
      return { peer, open, sent: pump.sent, received, ...stats };
    },
  };
}

/** In the place of one that could not be made. */
function noConnection(reason: string): Connection {
  return {
    signal: () => undefined,
    send() {
      throw new LinkError(reason);
    },
    bufferedBytes: 0,
    destroy: () => undefined,
    stats: () => Promise.resolve(noStats),
    describe: () => reason,
  };
}
