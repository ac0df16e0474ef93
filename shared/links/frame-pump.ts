import { LinkError } from "../base/transport.ts";
import { cutFrames, type Frame, type FrameCutter, wholeMessageBytes } from "../wire/frames.ts";

/** Where frames go: a data channel. */
export interface FrameSink {
  readonly bufferedBytes: number;
  send(frame: Frame): void;
}

/** Sends the messages of one link, a window of frames at a time: those of one frame first. */
export interface FramePump {
  /** Bytes of frames handed to the sink. */
  readonly sent: number;
  /**
   * Resolves when the message's last frame is with the sink.
   * @throws {LinkError} (as a rejection) when more is queued than may be, or the link is lost meanwhile
   * @throws {RangeError} (as a rejection) for an empty message or one that is too long
   */
  send(message: Uint8Array): Promise<void>;
  /** Goes on, if the sink has room. @throws what the sink throws */
  run(): void;
  /** Rejects what waits and whatever comes. */
  fail(error: LinkError): void;
}

interface Queued {
  readonly cutter: FrameCutter;
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: LinkError) => void;
}

/**
 * Frames are handed on only while less than this is buffered: enough for 20 MB/s at a round trip of 12 ms, and a quarter of
 * the 1 MiB beyond which channels grow slow (Chromium closes them at 16 MiB).
 */
export const windowBytes = 256 * 1024;

/** What callers may queue on one link beyond one message of the largest size. */
const queueBytes = 64 * 1024 * 1024;

/** A pump that takes messages of at most `maxMessageBytes`. */
export function createFramePump(sink: FrameSink, maxMessageBytes: number): FramePump {
  const short: Queued[] = [];
  const long: Queued[] = [];
  let queuedBytes = 0;
  let sent = 0;
  let failure: LinkError | undefined;

  function run(): void {
    while (failure === undefined && sink.bufferedBytes < windowBytes) {
      const lane = short.length > 0 ? short : long;
      const head = lane[0];
      if (head === undefined) return;
      const frame = head.cutter.next();
      sink.send(frame);
      sent += frame.byteLength;
      if (!head.cutter.done) continue;
      lane.shift();
      queuedBytes -= head.bytes;
      head.resolve();
    }
  }

  return {
    get sent() {
      return sent;
    },
    send(message) {
      const bytes = message.byteLength;
      if (failure !== undefined) return Promise.reject(failure);
      if (bytes < 1 || bytes > maxMessageBytes) {
        return Promise.reject(new RangeError(`expected a message of 1 to ${maxMessageBytes} bytes, got ${bytes}`));
      }
      if (queuedBytes + bytes > queueBytes + maxMessageBytes) {
        return Promise.reject(new LinkError(`expected at most ${queueBytes + maxMessageBytes} bytes to wait, got ${bytes} more`));
      }
      return new Promise((resolve, reject) => {
        const cutter = cutFrames(message);
        queuedBytes += bytes;
        (bytes <= wholeMessageBytes ? short : long).push({ cutter, bytes, resolve, reject });
        run();
      });
    },
    run,
    fail(error) {
      if (failure !== undefined) return;
      failure = error;
      for (const waiting of [...short.splice(0), ...long.splice(0)]) waiting.reject(error);
      queuedBytes = 0;
    },
  };
}
