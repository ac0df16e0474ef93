import type { Hasher } from "../base/hash.ts";
import type { RunDescription } from "../signaling/protocol/run-description.ts";
import { configText, type RunConfig } from "./config.ts";

/** What the server is told of a run. The text is at most 2 KiB: numbers, names, and three texts of at most 200 characters. */
export function describeRun(config: RunConfig, hasher: Hasher): RunDescription {
  const run = configText(config);
  return { tree: config.tree, startAt: config.startAt, run, digest: hasher(run) };
}
