/** Keeps what came too early until it can be used. Bounded: the oldest goes first. */
export interface Mailbox<T> {
  put(item: T): void;
  /** Everything kept, oldest first; the mailbox is empty afterwards. */
  takeAll(): T[];
  readonly size: number;
  /** How many had to go. */
  readonly dropped: number;
}

export function createMailbox<T>(capacity: number): Mailbox<T> {
  let items: T[] = [];
  let dropped = 0;
  return {
    put(item) {
      items.push(item);
      if (items.length > capacity) {
        items.shift();
        dropped += 1;
      }
    },
    takeAll() {
      const all = items;
      items = [];
      return all;
    },
    get size() {
      return items.length;
    },
    get dropped() {
      return dropped;
    },
  };
}
