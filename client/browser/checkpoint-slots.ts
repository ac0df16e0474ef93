import { NoAnswerError, within } from "../../shared/base/within.ts";
import type { CheckpointStore } from "../../shared/replica/checkpoint.ts";
import { realClock } from "../base/real-clock.ts";
import { openDatabase, storageWords, transact } from "./slot-database.ts";
import { claimSlot } from "./slot-lock.ts";

/** Slots kept in the database: tabs leave theirs behind, and the oldest beyond this are deleted. */
const maxSlots = 8;
/** Checkpoints that were set aside, kept beside the slots. */
const maxAside = 4;
const openMs = 5_000;
/** Suffix of a slot's key that marks its checkpoint as set aside. */
const asideMark = " aside";

interface Slot {
  readonly at: number;
  readonly bytes: Uint8Array;
}

export interface SlotOptions {
  /** Called with the name of the slot that this tab has: at once, and whenever it takes another. */
  onSlot(name: string): void;
}

/** Thrown where the browser keeps no checkpoint of this tab; its message says why, to a person. */
export class NoSlotError extends Error {
  override readonly name = "NoSlotError";
}

/**
 * The slot of a tab, held by a lock for as long as this worker lives. `wanted` is the slot that the tab had before. If another
 * tab holds it (a duplicate has its name, too) or there was none, the slot is a new one.
 * @throws {NoSlotError} where the browser has no locks, without which two tabs could go on as one peer, or lets the page keep nothing,
 * or does not answer
 */
export async function openCheckpointSlot(room: string, wanted: string | null, { onSlot }: SlotOptions): Promise<CheckpointStore> {
  try {
    const isMine = wanted !== null && (await claimSlot(keyOf(room, wanted)));
    const name = isMine ? wanted : await claimNew(room);
    const late = (database: IDBDatabase): void => database.close();
    const database = await within(openDatabase(), { clock: realClock, limitMs: openMs, who: "its storage", late });
    onSlot(name);
    return createSlotStore(database, room, { name, onSlot });
  } catch (cause) {
    const consequence = "The run goes on without a checkpoint: loaded again, this tab begins as a newcomer.";
    throw new NoSlotError(`${refusalText(cause)} ${consequence}`, { cause });
  }
}

function refusalText(cause: unknown): string {
  if (!isSecureContext) return "Over plain http a browser has no locks by which the tabs of a page keep apart.";
  if (cause instanceof DOMException && cause.name === "SecurityError")
    return "This browser lets the page keep nothing, as in a private window or with cookies blocked.";
  if (cause instanceof NoAnswerError)
    return `This browser cannot keep anything for the page (${cause.message}; restarting the browser may help).`;
  return `This browser cannot keep anything for the page (${storageWords(cause)}).`;
}

const keyOf = (room: string, name: string): string => `${room}/${name}`;

async function claimNew(room: string): Promise<string> {
  const name = crypto.randomUUID();
  await claimSlot(keyOf(room, name));
  return name;
}

/**
 * A checkpoint as a record of IndexedDB. A transaction is done as a whole or not at all, and is on the disk when it is done.
 * A checkpoint that is set aside stays in its slot, since a record that cannot be read cannot be moved; the tab takes another slot.
 */
function createSlotStore(database: IDBDatabase, room: string, first: SlotOptions & { readonly name: string }): CheckpointStore {
  let key = keyOf(room, first.name);
  const take = (name: string): void => {
    key = keyOf(room, name);
    first.onSlot(name);
  };
  // Not awaited: slots that are left over do no harm, and a failing storage shows when saves fail.
  void prune(database, () => key).catch(() => {});
  const read = async (from: string): Promise<Uint8Array | null> => {
    const slot: Partial<Slot> | undefined = await transact(database, "readonly", (slots) => slots.get(from));
    if (slot === undefined) return null;
    if (!(slot.bytes instanceof Uint8Array)) throw new Error("expected bytes, got other data");
    return slot.bytes;
  };

  return {
    load: () => read(key),
    save: async (bytes) =>
      void (await transact(database, "readwrite", (slots) => slots.put({ at: Date.now(), bytes } satisfies Slot, key))),
    async setAside() {
      const left = key;
      take(await claimNew(room));
      // Without the mark the checkpoint is as safe, but no tab finds it again.
      void transact(database, "readwrite", (slots) => slots.put({ at: Date.now() }, `${left}${asideMark}`)).catch(() => {});
      return "in this browser for a tab with its settings";
    },
    async takeBack(isUsable) {
      const isUsableAt = async (from: string): Promise<boolean> => {
        const bytes = await read(from).catch(() => null);
        return bytes !== null && isUsable(bytes);
      };
      for (const { key: left } of await markedOf(database)) {
        if (left === key || !left.startsWith(`${room}/`) || !(await isUsableAt(left)) || !(await claimSlot(left))) continue;
        // Another tab may have taken it meanwhile, gone on with it and ended.
        if (!(await markedOf(database)).some((mark) => mark.key === left) || !(await isUsableAt(left))) continue;
        await transact(database, "readwrite", (slots) => slots.delete(`${left}${asideMark}`));
        take(left.slice(room.length + 1));
        return true;
      }
      return false;
    },
  };
}

/** The keys of slots that were set aside, the newest first. */
async function markedOf(database: IDBDatabase): Promise<readonly { readonly key: string; readonly at: number }[]> {
  const keys = (await transact(database, "readonly", (slots) => slots.getAllKeys())).map(String);
  const marked = keys.filter((key) => key.endsWith(asideMark));
  return (await datedOf(database, marked)).map(({ key, at }) => ({ key: key.slice(0, -asideMark.length), at }));
}

/** The keys with the times at which their records were written, the newest first. */
async function datedOf(database: IDBDatabase, keys: readonly string[]) {
  const all = await Promise.all(
    keys.map(async (key) => {
      const slot: Partial<Slot> | undefined = await transact(database, "readonly", (slots) => slots.get(key));
      return { key, at: slot?.at ?? 0 };
    }),
  );
  return all.sort((a, b) => b.at - a.at);
}

/** Deletes all but the newest slots and the one that this tab is about to use. Safe beside other tabs that do the same: the oldest go. */
async function prune(database: IDBDatabase, own: () => string): Promise<void> {
  const remove = (key: string): Promise<undefined> => transact(database, "readwrite", (slots) => slots.delete(key));
  const marked = (await markedOf(database)).map(({ key }) => key);
  for (const key of marked.slice(maxAside)) {
    await remove(`${key}${asideMark}`);
    await remove(key);
  }
  const keys = (await transact(database, "readonly", (slots) => slots.getAllKeys())).map(String);
  const others = keys.filter((key) => key !== own() && !key.endsWith(asideMark) && !marked.includes(key));
  if (others.length < maxSlots) return;
  for (const { key } of (await datedOf(database, others)).slice(maxSlots - 1)) {
    if (key !== own()) await remove(key);
  }
}
