import type { Hasher } from "../hash.ts";
import { type Checkpoint, CheckpointError, type CheckpointStore } from "./checkpoint.ts";
import { decodeCheckpoint, type Expected, encodeCheckpoint } from "./checkpoint-code.ts";

/** What a store had for a peer that begins, and what is wrong with it, as a sentence for a person. */
export interface Loaded {
  readonly checkpoint: Checkpoint | null;
  readonly problem: string | null;
}

/**
 * The checkpoint of a store, if it is one of this room (and configuration, where one is asked for). A memory in it is taken out of
 * the store before it is given to anyone: whatever becomes of the peer that has it, no later one begins with it again. So a memory
 * is used at most once, and, being saved only by a peer that says nothing more, never after a part that it does not know of.
 */
export async function loadCheckpoint(store: CheckpointStore, expected: Expected, hasher: Hasher): Promise<Loaded> {
  try {
    const bytes = await store.load();
    if (bytes === null) return { checkpoint: null, problem: null };
    const checkpoint = decodeCheckpoint(bytes, expected, hasher);
    return { checkpoint: await withoutTwin(store, checkpoint, hasher), problem: null };
  } catch (cause) {
    const what = cause instanceof CheckpointError ? cause.message : `checkpoints cannot be read: ${textOf(cause)}`;
    return { checkpoint: null, problem: `${what}; this peer begins without one` };
  }
}

async function withoutTwin(store: CheckpointStore, checkpoint: Checkpoint, hasher: Hasher): Promise<Checkpoint> {
  if (checkpoint.memory === null) return checkpoint;
  const bare = { ...checkpoint, memory: null };
  try {
    await store.save(encodeCheckpoint(bare, hasher));
    return checkpoint;
  } catch {
    return bare;
  }
}

export function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
