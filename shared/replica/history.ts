import { compareVersions } from "../base/version.ts";
import type { UndoRecord } from "../reduce/all-reduce-types.ts";
import { includes } from "../tree/contributors.ts";
import { entryCount } from "../vector/update.ts";
import { maxHeaders } from "../wire/header-code.ts";
import type { Header } from "../wire/messages.ts";

/** Those of the undo records that a total with this header makes good. */
export function appliedRecords(undoLog: readonly UndoRecord[], { previous, version, contributors }: Header): UndoRecord[] {
  return undoLog.filter(
    (record) =>
      record.previous === previous &&
      compareVersions(record.version, version) === 0 &&
      (record.position === null || includes(contributors, record.position)),
  );
}

/**
 * The last rounds of this peer's chain, and what their totals, or those of other chains that may yet win, take from its residual:
 * all that it had in a round, under whichever roster and on top of whichever chain. At most 64 rounds, and fewer where its updates are
 * large.
 */
export class History {
  private chain: Header[] = [];
  private known: UndoRecord[] = [];
  private readonly maxFloats: number;

  /** @param maxFloats of all the delivered updates that are kept, together */
  constructor(maxFloats: number) {
    this.maxFloats = maxFloats;
  }

  /** Oldest first. */
  get headers(): readonly Header[] {
    return this.chain;
  }

  /** In the order in which they were made. */
  get undoLog(): readonly UndoRecord[] {
    return this.known;
  }

  /** A round was committed. */
  push(header: Header, undoLog: readonly UndoRecord[]): void {
    this.replace([...this.chain, header], [...this.known, ...undoLog]);
  }

  replace(headers: readonly Header[], undoLog: readonly UndoRecord[]): void {
    const tip = headers.at(-1)?.round ?? 0;
    let floats = undoLog.reduce((sum, { delivered }) => sum + entryCount(delivered), 0);
    this.chain = headers.slice(-maxHeaders);
    this.known = undoLog.filter(({ round, delivered }) => {
      const isKept = round > tip - maxHeaders && (floats <= this.maxFloats || round >= tip);
      if (!isKept) floats -= entryCount(delivered);
      return isKept;
    });
    // A round whose undo records are gone cannot be undone.
    const forgotten = undoLog.reduce((last, record) => (this.known.includes(record) ? last : Math.max(last, record.round)), 0);
    this.chain = this.chain.filter(({ round }) => round > forgotten);
  }
}
