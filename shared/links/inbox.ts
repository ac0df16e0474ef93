import type { PeerId } from "../base/transport.ts";
import { createListeners } from "./listeners.ts";

type Hear = (from: PeerId, bytes: Uint8Array) => void;

/** Messages on their way to listeners; those that come before anybody listens are kept. */
export interface Inbox {
  onMessage(listener: Hear): () => void;
  /** False if nobody listens and the message would be more than may be kept: it is dropped. */
  deliver(from: PeerId, bytes: Uint8Array): boolean;
  close(): void;
}

/** Enough for every message of a round that starts before this peer's loop does. */
const maxEarlyMessages = 1_024;

/**
 * The first listener is given what was kept soon after it attached, before anything newer.
 * @param maxEarlyBytes how many bytes are kept for it at most
 * @param heard called after a message was given to listeners
 */
export function createInbox(maxEarlyBytes: number, heard: (from: PeerId, byteLength: number) => void = () => {}): Inbox {
  const listeners = createListeners<[PeerId, Uint8Array]>();
  let early: { readonly from: PeerId; readonly bytes: Uint8Array }[] = [];
  let earlyBytes = 0;
  let closed = false;

  function tell(from: PeerId, bytes: Uint8Array): void {
    const { byteLength } = bytes; // before a listener can transfer its buffer
    listeners.emit(from, bytes);
    heard(from, byteLength);
  }

  function flush(): void {
    while (early.length > 0 && listeners.size > 0) {
      const kept = early;
      early = [];
      earlyBytes = 0;
      for (const { from, bytes } of kept) if (!closed) tell(from, bytes);
    }
  }

  return {
    onMessage(listener) {
      const off = listeners.add(listener);
      // Not at once: the caller does not have its unsubscribe yet.
      if (early.length > 0) Promise.resolve().then(flush);
      return off;
    },
    deliver(from, bytes) {
      if (closed) return true;
      if (listeners.size > 0 && early.length === 0) {
        tell(from, bytes);
        return true;
      }
      if (early.length >= maxEarlyMessages || earlyBytes + bytes.byteLength > maxEarlyBytes) return false;
      early.push({ from, bytes });
      earlyBytes += bytes.byteLength;
      return true;
    },
    close() {
      closed = true;
      early = [];
      listeners.clear();
    },
  };
}
