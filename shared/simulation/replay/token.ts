import type { RecordedSum, RecordedUpdate } from "../../peer/trace/trace-record.ts";
import type { Sum } from "../../sum/gathered.ts";
import type { Support, Update, Values } from "../../vector/update.ts";
import { zeros } from "./zeros.ts";

/** An update whose numbers are not known: it stands for one that a trace has as its size and hash. */
export class Token implements Update {
  readonly kind = "column";
  readonly length: number;
  readonly support: Support = { kind: "all" };
  /** What a trace says of it; null: nothing yet. */
  recorded: RecordedUpdate | null;

  constructor(length: number, recorded: RecordedUpdate | null = null) {
    this.length = length;
    this.recorded = recorded;
  }

  get values(): Values {
    return { format: "f32", data: zeros(this.recorded?.entries ?? 0) };
  }
}

/** Sums of tokens: what a trace said of each when it was seen first. */
const seen = new WeakMap<Sum, RecordedUpdate>();

/**
 * Whether a sum may be what a trace says of it. One that the replay computes is not known before: the trace is believed once, and held to
 * it from then on. One that came in a message must be what it was.
 */
export function isRecordedAs(sum: Sum, recorded: RecordedSum): boolean {
  if ("gathered" in recorded) {
    const isSame = sum.kind === "gathered" && sum.parts.length === recorded.gathered.length;
    return isSame && sum.parts.every((part, i) => isRecordedAs(part, recorded.gathered[i]!));
  }
  const known = sum instanceof Token ? sum.recorded : (seen.get(sum) ?? null);
  if (known !== null) return known.hash === recorded.hash && known.entries === recorded.entries;
  if (sum instanceof Token) sum.recorded = recorded;
  else seen.set(sum, recorded);
  return sum.length === recorded.length;
}
