import { compareVersions, type Version } from "../base/version.ts";
import type { Encoded, Exchange } from "../compress/types.ts";
import { type Update, zeroUpdate } from "../vector/update.ts";
import type { UndoRecord } from "./all-reduce-types.ts";

/** One encoding of the contribution, under one roster: resumed only with the total that this very roster committed. */
export interface Attempt {
  readonly version: Version;
  readonly position: number;
  readonly exchange: Exchange<Encoded>;
  phase: number;
  /** What this peer's own merge rejected in the open phase. */
  rest: Update;
  /** It waits for a gradient or for entries, and is in no sum before it has them. */
  isAsking: boolean;
}

/** Attempts of one round that are remembered; a roster that is older by more can no longer commit. */
const maxAttempts = 8;

/** The attempts of the open round, by roster version. */
export class Attempts {
  private attempts: Attempt[] = [];
  /** A roster of the open round is older than the attempts that are remembered. */
  hasForgotten = false;

  of(version: Version): Attempt | undefined {
    return this.attempts.find((attempt) => compareVersions(attempt.version, version) === 0);
  }

  add(attempt: Attempt): void {
    this.attempts.push(attempt);
    if (this.attempts.length <= maxAttempts) return;
    this.attempts.shift();
    this.hasForgotten = true;
  }

  /** It comes to nothing. */
  drop(attempt: Attempt): void {
    this.attempts = this.attempts.filter((other) => other !== attempt);
  }

  clear(): void {
    this.attempts = [];
    this.hasForgotten = false;
  }

  /**
   * The undo record of each attempt that is wholly in its sums, valid if its roster's total is the one that stays; not that of `decided`, whose
   * total is known. Ends the attempts: nothing can be committed by them after this.
   */
  undoLog(lastPhase: number, length: number, decided: Version | null): Omit<UndoRecord, "round" | "previous">[] {
    const open = this.attempts.filter(
      ({ version, phase, isAsking }) =>
        phase === lastPhase && !isAsking && (decided === null || compareVersions(version, decided) !== 0),
    );
    return open.flatMap(({ version, position, exchange, rest }) => {
      // No method looks at the last total for what this peer delivered: that total need not be known.
      const step = exchange.next({ kind: "reduced", total: zeroUpdate(length), rest });
      return step.done === true ? [{ version, position, delivered: step.value.delivered }] : [];
    });
  }
}
