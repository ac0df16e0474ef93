import type { Head } from "../../files/content.ts";
import { textOf } from "../text-of-head.ts";

/** How a table is written. */
export interface Dialect {
  readonly delimiter: Delimiter;
  /** "\n" also ends a row that "\r\n" ends. */
  readonly newline: "\n" | "\r";
}

/** In the order of preference where rows have as many of one as of another: in `1,5;2,5` the commas are decimal ones. */
const delimiters = ["\t", ";", "|", ","] as const;
type Delimiter = (typeof delimiters)[number];

/** A table's rows that have as many cells as most do; a few may be ragged, and are refused by their number then. */
const leastAlike = 0.6;

/** How the table that begins so is written; null: it is no table. A table has two rows and two columns at least. */
export function dialectOf(head: Head): Dialect | null {
  const text = textOf(head);
  if (text === null) return null;
  const newline = text.includes("\n") ? "\n" : "\r";
  let best: Dialect | null = null;
  let most = 0;
  for (const delimiter of delimiters) {
    const share = shareAlike(cellCounts(text, delimiter, newline, head.isWhole));
    if (share > most + 0.1) [best, most] = [{ delimiter, newline }, share];
  }
  if (most >= leastAlike) return best;
  return /\.(csv|tsv)$/i.test(head.path) ? { delimiter: /\.tsv$/i.test(head.path) ? "\t" : ",", newline } : null;
}

/** Cells of each row but blank ones; of the last only if it is whole. */
function cellCounts(text: string, delimiter: string, newline: string, isWhole: boolean): readonly number[] {
  const counts: number[] = [];
  let [cells, isQuoted, isBlank] = [1, false, true];
  /** Whether a quote here opens, as at the beginning of a cell, or goes on, as the second of two. */
  let mayOpen = true;
  const end = (): void => {
    if (!isBlank) counts.push(cells);
    [cells, isBlank, mayOpen] = [1, true, true];
  };
  for (const character of text) {
    if (isQuoted) isQuoted = character !== '"';
    else if (character === newline) end();
    else if (character === delimiter) [cells, isBlank, mayOpen] = [cells + 1, false, true];
    else if (character === '"' && mayOpen) [isQuoted, isBlank] = [true, false];
    else if (character !== "\r" && character !== " ") [isBlank, mayOpen] = [false, false];
  }
  if (isWhole && !isQuoted) end();
  return counts;
}

/** What part of the rows has the most frequent number of cells, if that is above one; the first row may say something else. */
function shareAlike(counts: readonly number[]): number {
  const rows = counts.length > 2 ? counts.slice(1) : counts;
  if (counts.length < 2) return 0;
  const times = new Map<number, number>();
  for (const count of rows) times.set(count, (times.get(count) ?? 0) + 1);
  const [[usual, often]] = [...times].sort((a, b) => b[1] - a[1] || b[0] - a[0]) as [[number, number]];
  return usual > 1 ? often / rows.length : 0;
}
