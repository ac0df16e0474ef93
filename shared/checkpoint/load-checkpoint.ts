import type { Hasher } from "../base/hash.ts";
import { type Checkpoint, CheckpointError, type CheckpointStore } from "../replica/checkpoint.ts";
import { decodeCheckpoint, type Expected, encodeCheckpoint } from "./checkpoint-code.ts";

/** What a store had for a peer that begins. */
export interface Loaded {
  readonly checkpoint: Checkpoint | null;
  /** What is wrong with what was there, and what became of it, as a sentence for a person. */
  readonly problem: string | null;
  /** False where there is something that cannot be used and cannot be set aside: a save would take its place. */
  readonly maySave: boolean;
}

/**
 * The checkpoint of a store, if it is one of this room (and configuration, where one is asked for). What is there and is none is set
 * aside; a peer that asks for a configuration takes back what was set aside of it. A residual is taken out of
 * the store before it is given to anyone: whatever becomes of the peer that has it, no later one begins with it again. So a residual
 * is used at most once, and, being saved only by a peer that says nothing more, never after a part that it does not know of.
 */
export async function loadCheckpoint(store: CheckpointStore, expected: Expected, hasher: Hasher): Promise<Loaded> {
  const found = await inPlace(store, expected, hasher);
  const aside = typeof found === "string" ? await setAside(store, found) : null;
  if (aside !== null && !aside.isDone) {
    const problem = `${aside.sentence}, so this peer begins without one and saves none in its place`;
    return { checkpoint: null, problem, maySave: false };
  }
  const usable = typeof found === "string" || found === null ? await takeBack(store, expected, hasher) : found;
  const checkpoint = usable === null ? null : await withoutTwin(store, usable, hasher);
  const begins = checkpoint === null ? "begins without one" : "goes on from one that was set aside before";
  return { checkpoint, problem: aside === null ? null : `${aside.sentence}; this peer ${begins}`, maySave: true };
}

/** What is in the store's place: a checkpoint that can be used, what is wrong with it, or null. */
async function inPlace(store: CheckpointStore, expected: Expected, hasher: Hasher): Promise<Checkpoint | string | null> {
  try {
    const bytes = await store.load();
    return bytes === null ? null : decodeCheckpoint(bytes, expected, hasher);
  } catch (cause) {
    return cause instanceof CheckpointError ? cause.message : `checkpoints cannot be read: ${textOf(cause)}`;
  }
}

interface Aside {
  readonly isDone: boolean;
  readonly sentence: string;
}

/** Sets aside what is in the store's place. Its sentence begins with why, and has no full stop. */
export async function setAside(store: CheckpointStore, why: string): Promise<Aside> {
  try {
    return { isDone: true, sentence: `${why}; it is kept ${await store.setAside()}` };
  } catch (cause) {
    return { isDone: false, sentence: `${why}; it cannot be set aside (${textOf(cause)})` };
  }
}

/** Only of the configuration that is asked for: who takes any is let in as a newcomer, too. */
async function takeBack(store: CheckpointStore, expected: Expected, hasher: Hasher): Promise<Checkpoint | null> {
  if (expected.config === null) return null;
  let usable: Checkpoint | null = null;
  const isUsable = (bytes: Uint8Array): boolean => {
    try {
      usable = decodeCheckpoint(bytes, expected, hasher);
      return true;
    } catch {
      return false;
    }
  };
  // What cannot be moved back for now may wait where it is.
  const isBack = await store.takeBack(isUsable).catch(() => false);
  return isBack ? usable : null;
}

async function withoutTwin(store: CheckpointStore, checkpoint: Checkpoint, hasher: Hasher): Promise<Checkpoint> {
  if (checkpoint.residual === null) return checkpoint;
  const bare = { ...checkpoint, residual: null };
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
