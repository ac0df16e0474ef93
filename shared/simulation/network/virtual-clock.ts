import type { Clock } from "../../base/clock.ts";

/** Time that passes only when it is told to, event by event: deterministic. */
export interface VirtualClock extends Clock {
  /**
   * Runs `task` at a time, now at the earliest. For tasks that say whether they called any code that may have begun something
   * asynchronous: what they return is whether to wait until it has settled.
   */
  at(timeMs: number, task: () => boolean): () => void;
  /** Events that are still to come, cancelled ones not counted. */
  readonly pending: number;
  /** Runs the events of the next `ms` milliseconds, and leaves the clock there. */
  advance(ms: number): Promise<void>;
  /**
   * Runs events until `until` holds (asked after each), `limitMs` have passed or none is left; an event past the limit does
   * not run. Returns whether `until` held; without it, whether none was left.
   */
  run(options?: { readonly until?: () => boolean; readonly limitMs?: number }): Promise<boolean>;
}

interface Event {
  readonly at: number;
  readonly order: number;
  /** Null once it ran or was cancelled. */
  task: (() => boolean) | null;
}

/**
 * A clock at 0. Events run in the order of their times; those of one time, in the order in which they were set.
 * @param settle lets what an event began (promises, mostly) come to rest; called after each event that may have begun
 *   something. In Node: `() => new Promise((resolve) => setImmediate(resolve))`
 */
export function createVirtualClock(settle: () => Promise<void>): VirtualClock {
  const heap: Event[] = [];
  let now = 0;
  let order = 0;
  let pending = 0;
  let running = false;

  function at(timeMs: number, task: () => boolean): () => void {
    if (!(timeMs >= now)) throw new RangeError(`expected a time from ${now} on, got ${timeMs}`);
    const event: Event = { at: timeMs, order, task };
    order += 1;
    pending += 1;
    push(heap, event);
    return () => {
      if (event.task === null) return;
      event.task = null;
      pending -= 1;
    };
  }

  async function runUntil(end: number, until: () => boolean): Promise<boolean> {
    if (running) throw new Error("expected one run of the clock at a time");
    running = true;
    try {
      await settle();
      while (!until()) {
        const head = heap[0];
        if (head === undefined || head.at > end) return false;
        pop(heap);
        const { task } = head;
        if (task === null) continue;
        head.task = null;
        pending -= 1;
        now = head.at;
        if (task()) await settle();
      }
      return true;
    } finally {
      running = false;
    }
  }

  return {
    now: () => now,
    after: (delayMs, task) =>
      at(now + Math.max(0, delayMs), () => {
        task();
        return true;
      }),
    at,
    get pending() {
      return pending;
    },
    async advance(ms) {
      const end = now + ms;
      await runUntil(end, () => false);
      now = end;
    },
    async run({ until, limitMs = Number.POSITIVE_INFINITY } = {}) {
      const held = await runUntil(now + limitMs, until ?? (() => false));
      return until === undefined ? pending === 0 : held;
    },
  };
}

function before(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Binary heap: the parent of i is (i − 1) >> 1, and no event comes before its parent. O(log n). */
function push(heap: Event[], event: Event): void {
  let i = heap.length;
  heap.push(event);
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!before(event, heap[parent]!)) break;
    heap[i] = heap[parent]!;
    i = parent;
  }
  heap[i] = event;
}

function pop(heap: Event[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
    if (!before(heap[child]!, last)) break;
    heap[i] = heap[child]!;
    i = child;
  }
  heap[i] = last;
}
