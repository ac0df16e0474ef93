import type { Clock } from "../../base/clock.ts";
import type { ConnectionEvents } from "../../links/connection.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** The one door through which anything happens to a peer: its timers, its messages, the ends of its links. */
export interface Gate {
  /** The peer's own clock: while the peer sleeps, what is due waits. */
  readonly clock: Clock;
  readonly isFrozen: boolean;
  /** Something happens to the peer: at once, or after it woke up, in the order in which it came. */
  pass(event: () => void): void;
  /** The laptop is closed: nothing happens here until it is opened. */
  freeze(): void;
  thaw(): void;
  /** The peer is gone: nothing ever happens here again. */
  close(): void;
}

export function createGate(clock: VirtualClock): Gate {
  let state: "open" | "frozen" | "closed" = "open";
  let isDraining = false;
  let waiting: (() => void)[] = [];

  function pass(event: () => void): void {
    if (state === "closed") return;
    if (state === "open" && !isDraining) event();
    else waiting.push(event);
  }

  /** One event at a time: what each begins comes to rest before the next. */
  function drain(): void {
    isDraining = waiting.length > 0;
    if (!isDraining) return;
    clock.after(0, () => {
      isDraining = false;
      if (state !== "open") return;
      waiting.shift()!();
      drain();
    });
  }

  return {
    clock: {
      now: clock.now,
      after(delayMs, task) {
        let isDue = true;
        const cancel = clock.after(delayMs, () =>
          pass(() => {
            if (isDue) task();
          }),
        );
        return () => {
          isDue = false;
          cancel();
        };
      },
    },
    get isFrozen() {
      return state === "frozen";
    },
    pass,
    freeze() {
      if (state === "open") state = "frozen";
    },
    thaw() {
      if (state !== "frozen") return;
      state = "open";
      if (!isDraining) drain();
    },
    close() {
      state = "closed";
      waiting = [];
    },
  };
}

/** What happens at a peer's end of a connection, through its gate. */
export function gated(events: ConnectionEvents, gate: Gate): ConnectionEvents {
  return {
    onSignal: (data) => gate.pass(() => events.onSignal(data)),
    onOpen: () => gate.pass(events.onOpen),
    onFrame: (frame) => gate.pass(() => events.onFrame(frame)),
    onDrain: () => gate.pass(events.onDrain),
    onEnd: (loss) => gate.pass(() => events.onEnd(loss)),
  };
}
