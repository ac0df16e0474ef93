import * as z from "zod/mini";
import { tipSchema } from "../../base/tip.ts";
import { recordedMessage } from "./recorded-message.ts";
import { byteCount, recordedSnapshot } from "./recorded-values.ts";
import { ReplayError, readLine, type TraceLine } from "./trace-line.ts";

const logged = z.object({ tip: tipSchema, bytes: byteCount });
const diverged = z.object({ tip: tipSchema });
const delivered = z.object({ message: recordedMessage });
const replaced = z.object({ snapshot: recordedSnapshot });
const asked = z.object({
  ask: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("gradient"), batch: z.enum(["same", "other"]) }),
    z.object({ kind: z.literal("largest"), count: byteCount }),
  ]),
});
/** An ask without its numbers. */
export type RecordedAsk = z.infer<typeof asked>["ask"];
const offered = z.object({ message: z.object({ kind: z.literal("piece"), total: byteCount }) });

/** The trace ends while the peer is still at work. */
export class TraceEnd extends Error {}

/**
 * What a trace says of one event from outside and all that followed, read line by line. What only numbers can tell is found out by what
 * follows.
 *
 * | what is not in a trace | is taken from |
 * |---|---|
 * | the hash of a committed model | `logged` or `diverged`, after `decided` |
 * | whether a snapshot is what its tip says | `replace`, after it came |
 * | what bytes say | `deliver`, after `bytes`; `replace` or `refused`, after `whole` |
 * | how many bytes a commit's totals, or a snapshot, are | `logged`; the offer |
 * | what a method asks of its peer | `asked` |
 */
export class Passage {
  private readonly lines: readonly TraceLine[];
  private readonly isLast: boolean;
  private at = 0;

  /** @param lines at least one; `isLast`: the trace ends with them, perhaps before all that followed */
  constructor(lines: readonly TraceLine[], isLast: boolean) {
    this.lines = lines;
    this.isLast = isLast;
  }

  /** null: there is none. */
  get next(): TraceLine | null {
    return this.lines[this.at] ?? null;
  }

  /** How deep what is being performed is. */
  get depth(): number {
    return this.lines[this.at - 1]!.record.depth;
  }

  /** The next line. @throws {ReplayError} where there is none, though `expected` is to follow @throws {TraceEnd} where the trace ends there */
  take(expected: string): TraceLine {
    const line = this.lines[this.at];
    if (line === undefined) return this.end(expected);
    this.at += 1;
    return line;
  }

  /** Of what is hashed now. */
  get hash(): string {
    const line = this.next ?? this.end("what follows from a total");
    switch (line.record.kind) {
      case "logged":
        return readLine(line, logged).tip.hash;
      case "diverged":
        return readLine(line, diverged).tip.hash;
      case "replace":
        return readLine(line, replaced).snapshot.tip.hash;
      default:
        return "";
    }
  }

  /**
   * What the bytes said that are being read: a message; "unreadable"; of a whole snapshot, whether it is none that is of use ("useless"),
   * or one that is not what it says ("forged").
   */
  get message(): z.infer<typeof recordedMessage> | "unreadable" | "useless" | "forged" {
    const line = this.next;
    const kind = line?.record.kind;
    if (line !== null && kind === "deliver") return readLine(line, delivered).message;
    if (line !== null && kind === "replace") return readLine(line, replaced).snapshot;
    const isWhole = this.lines[this.at - 1]!.record.kind === "whole";
    if (!isWhole || kind === "refused") return "unreadable";
    if (kind !== "misbehaved") return "useless";
    return this.lines[this.at + 1]?.record["reason"] === "a snapshot that does not fit" ? "forged" : "unreadable";
  }

  /** Bytes of a commit's totals together; 0 while none are logged. */
  get totalsBytes(): number {
    const line = this.next;
    return line?.record.kind === "logged" ? readLine(line, logged).bytes : 0;
  }

  /** Bytes of the snapshot that is offered next; 0: none is. */
  get offeredBytes(): number {
    const offer = this.lines.slice(this.at).find(({ record }) => offered.safeParse(record).success);
    return offer === undefined ? 0 : readLine(offer, offered).message.total;
  }

  /**
   * What a method asks of its peer next; null: it gives its summand of a phase.
   * @param isLater the phase follows another: the total of that is passed on before
   */
  asked(isLater: boolean): RecordedAsk | null {
    let at = this.at;
    if (isLater) {
      while (this.lines[at]?.record.kind === "send") at += 1;
      if (this.lines[at]?.record.kind !== "phase") return null;
      at += 1;
    }
    const line = this.lines[at];
    if (line?.record.kind !== "asked") return null;
    return readLine(line, asked).ask;
  }

  private end(expected: string): never {
    if (this.isLast) throw new TraceEnd();
    throw new ReplayError(this.lines.at(-1)!.number + 1, `expected ${expected}, got the next event from outside`);
  }
}
