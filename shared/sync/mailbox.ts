/** Keeps what came too early until it can be used. Bounded in items and in bytes: the oldest goes first. */
export interface Mailbox<T> {
  put(item: T, bytes: number): void;
  /** Everything kept, oldest first; the mailbox is empty afterwards. */
  takeAll(): { readonly item: T; readonly bytes: number }[];
  readonly size: number;
  readonly bytes: number;
  /** How many had to go. */
  readonly dropped: number;
}

export function createMailbox<T>(limits: { readonly items: number; readonly bytes: number }): Mailbox<T> {
  let kept: { readonly item: T; readonly bytes: number }[] = [];
  let held = 0;
  let dropped = 0;
  return {
    put(item, bytes) {
      kept.push({ item, bytes });
      held += bytes;
      while (kept.length > limits.items || held > limits.bytes) {
        held -= kept.shift()!.bytes;
        dropped += 1;
      }
    },
    takeAll() {
      const all = kept;
      kept = [];
      held = 0;
      return all;
    },
    get size() {
      return kept.length;
    },
    get bytes() {
      return held;
    },
    get dropped() {
      return dropped;
    },
  };
}
