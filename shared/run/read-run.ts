import type { Hasher } from "../base/hash.ts";
import { issueText, shownValue } from "../base/issue-text.ts";
import { peerProtocol } from "../base/peer-protocol.ts";
import type { RunDescription } from "../signaling/protocol/run-description.ts";
import { configText, type RunConfig, runConfigSchema, splitConfig } from "./config.ts";

/** A run that this release cannot play, or a description that contradicts itself. The message names what. */
export class RunError extends Error {
  override readonly name = "RunError";
  readonly code = "ERR_RUN";
}

/**
 * The configuration in a room's description, which came from another peer by way of the server.
 * @throws {RunError} unless its text is one that this release writes, and the digest, tree and start are those of the text
 */
export function readRun({ tree, startAt, run, digest }: RunDescription, hasher: Hasher): RunConfig {
  const actual = hasher(run);
  if (actual !== digest) throw new RunError(`expected the digest ${actual} of this run's text, got ${digest}`);
  const config = readConfig(run);
  if (config.tree !== tree) throw new RunError(`tree: the run has ${config.tree}, the room has ${tree}`);
  if (config.startAt !== startAt) throw new RunError(`startAt: the run has ${config.startAt}, the room has ${startAt}`);
  return config;
}

/** How the sentence about a run of another release begins. */
const otherRelease = "this room's run is of another release of Copse, or of another program";

const remedy = "whichever is older has to be loaded again, or updated";

function readConfig(text: string): RunConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RunError(`${otherRelease}: expected JSON, got ${shownValue(text)}`);
  }
  const { protocol, fields } = splitConfig(value);
  if (protocol !== peerProtocol) {
    const theirs = protocol === undefined ? "an earlier peer protocol" : `peer protocol ${shownValue(protocol)}`;
    throw new RunError(`this room's peers speak ${theirs}, this one speaks ${peerProtocol}: ${remedy}`);
  }
  const parsed = runConfigSchema.safeParse(fields);
  if (!parsed.success) throw new RunError(`${otherRelease}: ${issueText(parsed.error.issues[0]!, fields)}`);
  const lacking = Object.keys(runConfigSchema.shape).find((key) => !Object.hasOwn(fields as object, key));
  if (lacking !== undefined) throw new RunError(`${otherRelease}: ${lacking}: expected a value, got nothing`);
  if (configText(parsed.data) !== text) throw new RunError(`${otherRelease}: expected its fields in this release's order`);
  return parsed.data;
}
