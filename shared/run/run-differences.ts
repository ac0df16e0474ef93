import type { Hasher } from "../base/hash.ts";
import type { RunDescription } from "../signaling/protocol/run-description.ts";
import { configDifferences, type RunConfig } from "./config.ts";
import { RunError, readRun } from "./read-run.ts";

/** In what a room's run differs from the one that this peer asked for, as "rate: the room has 0.3, this peer asked for 0.1; …". */
export function runDifferences(room: RunDescription, mine: RunConfig, hasher: Hasher): string {
  try {
    return configDifferences(readRun(room, hasher), mine).join("; ") || "no field of it, by this peer's reading";
  } catch (cause) {
    if (!(cause instanceof RunError)) throw cause;
    return cause.message;
  }
}
