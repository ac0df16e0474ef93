import { shownValue } from "../../base/issue-text.ts";
import type { Sum } from "../../sum/gathered.ts";
import { recordedSum } from "./recorded-values.ts";
import { isRecordedAs } from "./token.ts";

/** A sum as the replay has it, in the place of what a trace says of it. */
export class Produced {
  readonly sum: Sum;

  constructor(sum: Sum) {
    this.sum = sum;
  }
}

/**
 * Fields that depend on numbers, which a trace does not have: slots of a peer's own state and of that which is the same on all, and how many
 * bytes an encoded message has. Nor are undo records compared of what a merge rejects (those without a position), nor how far back
 * the headers of a chain reach, for that depends on how many numbers its undo records have.
 */
const numeric: ReadonlySet<string> = new Set(["local", "replicated", "breakdown", "bytes"]);

/** Where what a trace has differs from what a replay has, as a sentence's second half; null: nowhere. */
export function difference(recorded: unknown, produced: unknown, path = ""): string | null {
  const at = path === "" ? "" : `${path}: `;
  if (produced instanceof Produced) {
    const sum = recordedSum.safeParse(recorded);
    if (sum.success && isRecordedAs(produced.sum, sum.data)) return null;
    return `${at}expected ${sum.success ? "the sum that came before" : "a sum's size and hash"}, got ${sum.success ? "another" : shownValue(recorded)}`;
  }
  if (typeof produced !== "object" || produced === null || typeof recorded !== "object" || recorded === null)
    return recorded === produced ? null : `${at}expected ${shownValue(produced)}, got ${shownValue(recorded)}`;
  if (Array.isArray(produced) !== Array.isArray(recorded))
    return `${at}expected ${shownValue(produced)}, got ${shownValue(recorded)}`;
  const reach = path.endsWith("headers") ? Math.min(lengthOf(produced), lengthOf(recorded)) : Number.POSITIVE_INFINITY;
  const ours = fieldsOf(produced, path, reach);
  const theirs = fieldsOf(recorded, path, reach);
  for (const key of new Set([...ours.keys(), ...theirs.keys()])) {
    if (numeric.has(key)) continue;
    const found = difference(theirs.get(key), ours.get(key), path === "" ? key : `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

/** Fields with something in them; of a list the last `reach`. */
function fieldsOf(value: object, path: string, reach: number): ReadonlyMap<string, unknown> {
  const compared = !Array.isArray(value) ? value : path.endsWith("undoLog") ? value.filter(hasPosition) : value.slice(-reach);
  return new Map(Object.entries(compared).filter(([, one]) => one !== undefined));
}

/** The length of a list; of anything else, and of an empty list, infinity, so that it limits nothing. */
function lengthOf(list: object): number {
  return Array.isArray(list) && list.length > 0 ? list.length : Number.POSITIVE_INFINITY;
}

function hasPosition(record: unknown): boolean {
  return typeof record === "object" && record !== null && "position" in record && record.position !== null;
}
