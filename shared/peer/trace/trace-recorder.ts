import { bytesOf, type Hasher } from "../../base/hash.ts";
import { indicesOf, type Update } from "../../vector/update.ts";
import type { Effect, Inspect, InspectedMachines } from "../step.ts";
import { describedBy, plain, traceFormat, traceRecord } from "./trace-record.ts";

export interface TraceRecorderOptions {
  readonly hasher: Hasher;
  /** Milliseconds, as the peer's clock counts them. */
  now(): number;
  /** The name of the peer: part of each file's first record. */
  readonly about: Readonly<Record<string, string>>;
  write(record: object): void;
  /** `soon`: the next file may begin at the next moment of rest; `now`: it begins in any case. */
  fullness(): "no" | "soon" | "now";
  /** What is written from here on goes into the next file. */
  rotate(): void;
}

/**
 * Records what happens to a peer's rounds. Each file begins with a record of kind `state`: whose trace it is, and where the peer stood, so
 * that it can be replayed from there. A moment of rest is one between a commit and the first event of the next round, with no answer,
 * snapshot or early message under way; a file that has to begin at another moment says so (`isWhole`: false).
 */
export function createTraceRecorder({ hasher, now, about, write, fullness, rotate }: TraceRecorderOptions): Inspect {
  const described = describedBy(createUpdateHash(hasher));
  let isNew = true;
  /** When the last event with a commit began its round's waits; null: other events came since. */
  let armedAt: number | null = null;
  /** Messages that tell, when more may be sent, what comes next. */
  let underWay = 0;

  const begin = (at: number, machines: InspectedMachines, isWhole: boolean): void => {
    const { isOpen, membership } = machines;
    const standing = plain(machines.standing(), described);
    const open = openOf(membership.near, isOpen);
    write({ at, depth: 0, kind: "state", format: traceFormat, ...about, isWhole, armedAt, open, standing });
    isNew = false;
  };

  return (event, machines, depth) => {
    const at = Math.round(1_000 * now()) / 1_000;
    if (depth === 0) {
      const isAtRest = armedAt !== null && underWay === 0 && machines.isAtRest;
      const full = isNew ? "no" : fullness();
      if (full === "now" || (full === "soon" && isAtRest)) {
        rotate();
        begin(at, machines, isAtRest);
      }
      armedAt = null;
    }
    if (isNew) begin(at, machines, true);
    if (event.kind === "committed") armedAt = at;
    if (event.kind === "post" && event.next !== undefined) underWay += 1;
    if (event.kind === "answered" || event.kind === "served") underWay -= 1;
    const record = traceRecord(event, { at, depth }, described);
    write(event.kind === "roster" ? { ...record, open: openOf(event.near, machines.isOpen) } : record);
  };
}

/** Members to whom there is a link. */
function openOf(near: Extract<Effect, { kind: "roster" }>["near"] | null, isOpen: (peer: string) => boolean): readonly string[] {
  return near?.roster.members.map(({ peer }) => peer).filter(isOpen) ?? [];
}

/** Updates are never changed: each is hashed once, however often it is in a record. */
function createUpdateHash(hasher: Hasher): (update: Update) => string {
  const known = new WeakMap<Update, string>();
  return (update) => {
    const { data } = update.values;
    const found = known.get(update);
    if (found !== undefined) return found;
    const indices = indicesOf(update);
    const hash = hasher(
      bytesOf(data),
      indices === null ? "" : new Uint8Array(indices.buffer, indices.byteOffset, indices.byteLength),
    );
    known.set(update, hash);
    return hash;
  };
}
