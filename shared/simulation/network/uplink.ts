import { windowBytes } from "../../links/frame-pump.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** One peer's way out: frames of all its links leave one after the other. */
export interface Uplink {
  /** A link's share of it; `onDrain` is called when half the window is free again, and says whether it did anything. */
  open(onDrain: () => boolean): UplinkQueue;
}

interface UplinkQueue {
  /** Queues a frame; returns when its last bit leaves. */
  queue(bytes: number): number;
  /** This link's bytes that have not left yet. */
  waiting(): number;
}

const drainedBytes = windowBytes / 2;

/** An uplink that takes `msPerByte` for a byte; 0 is instant. */
export function createUplink(clock: VirtualClock, msPerByte: number): Uplink {
  let freeAt = 0;
  return {
    open(onDrain) {
      let frames: { readonly leaves: number; readonly bytes: number }[] = [];
      let bytesWaiting = 0;
      let draining = false;

      function waiting(): number {
        let gone = 0;
        for (; gone < frames.length && frames[gone]!.leaves <= clock.now(); gone += 1) bytesWaiting -= frames[gone]!.bytes;
        if (gone > 0) frames = frames.slice(gone);
        return bytesWaiting;
      }

      /** When all but `drainedBytes` of what waits now will have left. */
      function drainTime(): number {
        let left = 0;
        for (let i = frames.length - 1; i >= 0; i -= 1) {
          left += frames[i]!.bytes;
          if (left > drainedBytes) return frames[i]!.leaves;
        }
        return clock.now();
      }

      return {
        waiting,
        queue(bytes) {
          freeAt = Math.max(freeAt, clock.now()) + bytes * msPerByte;
          if (msPerByte > 0) {
            frames.push({ leaves: freeAt, bytes });
            bytesWaiting += bytes;
          }
          if (!draining && waiting() >= windowBytes) {
            draining = true;
            clock.at(drainTime(), () => {
              draining = false;
              return onDrain();
            });
          }
          return freeAt;
        },
      };
    },
  };
}
