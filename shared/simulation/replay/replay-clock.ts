import type { Clock } from "../../base/clock.ts";

/** A clock of a platform counts whole milliseconds, and rounds down. */
const earlyMs = 3;
/** A trace says when a thing began, not when the peer was through with it: a wait may have begun so much later. */
const computingMs = 1_000;
/** So long after the first event that found it due, a wait must have ended: the platform tells of it between two other events. */
const lateMs = 2_000;

/** A wait of the replayed peer. */
interface Wait {
  readonly name: string;
  readonly dueMs: number;
  readonly task: () => void;
  /** When something was first heard that came after it was due. */
  foundDueMs: number | null;
}

/** Time that stands where a trace says it did. Waits end when the trace says that they did, if that can be. */
export class ReplayClock implements Clock {
  private readonly waits = new Set<Wait>();
  private nowMs: number;
  private biasMs = 0;

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  now(): number {
    return this.nowMs + this.biasMs;
  }

  after(delayMs: number, task: () => void, { name = "" }: { readonly name?: string } = {}): () => void {
    const wait: Wait = { name, dueMs: this.nowMs + delayMs, task, foundDueMs: null };
    this.waits.add(wait);
    return () => void this.waits.delete(wait);
  }

  moveTo(ms: number): void {
    this.nowMs = ms;
    this.biasMs = 0;
  }

  /** A wait that should have ended by now; null: there is none. */
  overdue(): { readonly name: string; readonly dueMs: number } | null {
    for (const wait of this.waits) {
      if (wait.dueMs > this.nowMs) continue;
      wait.foundDueMs ??= this.nowMs;
      if (this.nowMs > wait.foundDueMs + lateMs) return wait;
    }
    return null;
  }

  /**
   * Ends the wait of that name, now. `isPast`: what the trace says of a comparison with the time, which is believed where it may be so.
   * @returns why that cannot be; null: it was done
   */
  end(name: string, isPast: boolean | null): string | null {
    const found = [...this.waits].find((wait) => wait.name === name);
    if (found === undefined) return "nothing like it was waited for";
    if (found.dueMs > this.nowMs + earlyMs) return `it was to come ${Math.round(found.dueMs - this.nowMs)} ms later`;
    this.waits.delete(found);
    this.biasMs = isPast === null ? 0 : isPast ? computingMs : -computingMs;
    found.task();
    this.biasMs = 0;
    return null;
  }
}
