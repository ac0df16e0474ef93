import type { State } from "../vector/update.ts";

/** The longest message between peers: what a tab can take without trouble. A snapshot is the largest there is. */
export const maxMessageBytes = 64 * 1024 * 1024;

/** A snapshot's head and slot names are far shorter. */
const headBytes = 1_024;

/** 64 headers of rosters of 4,096, each contributor an exception. */
const maxHeadersBytes = 64 * 8_400;

/** What a snapshot of d parameters and the scheme's replicated state costs on the wire. */
export function snapshotBytes(length: number, replicated: State): number {
  const floats = Object.values(replicated).reduce<number>(
    (sum, value) => sum + (typeof value === "number" ? 2 : value.length),
    length,
  );
  return 4 * floats + headBytes;
}

/** How many snapshots' worth of early messages are kept: dense sums of a handful of neighbors. */
const mailboxSnapshots = 8;

/** Bytes that all messages that came too early for a peer may take together. */
export function mailboxBytes(length: number, replicated: State): number {
  return mailboxSnapshots * snapshotBytes(length, replicated);
}

/** The largest snapshot: with the headers of 64 rounds of 4,096 members, in bytes. */
export function maxSnapshotBytes(length: number, replicated: State): number {
  return snapshotBytes(length, replicated) + maxHeadersBytes;
}
