import type { CheckpointStore } from "../../shared/training/checkpoint.ts";

const database = "copse";
const table = "checkpoints";
/** Tabs come and go, and leave theirs behind: the oldest go. */
const mostSlots = 8;
/** A tab that is loaded again may begin before the worker that it had has ended. */
const claimMs = 1_000;

interface Slot {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** A tab's place among the checkpoints of its browser. */
export interface CheckpointSlot {
  readonly name: string;
  readonly store: CheckpointStore;
}

/**
 * The slot of a tab, held by a lock for as long as this worker lives. `wanted` is the one that the tab had before; where another
 * tab holds it (a duplicate has its name, too) or there was none, it is a new one. null where the browser has no locks: without
 * them two tabs could go on as one peer.
 */
export async function openCheckpointSlot(room: string, wanted: string | null): Promise<CheckpointSlot | null> {
  if (navigator.locks === undefined) return null;
  const isMine = wanted !== null && (await claim(keyOf(room, wanted)));
  const name = isMine ? wanted : crypto.randomUUID();
  if (!isMine) await claim(keyOf(room, name));
  return { name, store: createSlotStore(keyOf(room, name)) };
}

function claim(key: string): Promise<boolean> {
  return new Promise((resolve) => {
    const hold = (): Promise<never> => {
      resolve(true);
      return new Promise(() => {});
    };
    navigator.locks.request(`copse ${key}`, { signal: AbortSignal.timeout(claimMs) }, hold).catch(() => resolve(false));
  });
}

const keyOf = (room: string, name: string): string => `${room}/${name}`;

/** A checkpoint as a record of IndexedDB. A transaction is done as a whole or not at all, and is on the disk when it is done. */
function createSlotStore(key: string): CheckpointStore {
  return {
    load: () => within("readonly", (slots) => asked(slots.get(key)).then((slot: Slot | undefined) => slot?.bytes ?? null)),
    save: (bytes) =>
      within("readwrite", async (slots) => {
        await asked(slots.put({ at: Date.now(), bytes } satisfies Slot, key));
        await prune(slots);
      }),
    forget: () => within("readwrite", async (slots) => void (await asked(slots.delete(key)))),
  };
}

/** Looks at the times alone through a cursor only where there are too many. */
async function prune(slots: IDBObjectStore): Promise<void> {
  const keys = await asked(slots.getAllKeys());
  if (keys.length <= mostSlots) return;
  const all = await Promise.all(keys.map(async (key) => ({ key, at: ((await asked(slots.get(key))) as Slot).at })));
  all.sort((a, b) => a.at - b.at);
  for (const { key } of all.slice(0, all.length - mostSlots)) slots.delete(key);
}

/** @throws {DOMException} (as a rejection) where storage is denied or full */
async function within<T>(mode: IDBTransactionMode, task: (slots: IDBObjectStore) => Promise<T>): Promise<T> {
  const opening = indexedDB.open(database, 1);
  opening.onupgradeneeded = () => void opening.result.createObjectStore(table);
  const opened = await asked(opening);
  try {
    const transaction = opened.transaction(table, mode, { durability: "strict" });
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error("the browser gave the transaction up"));
    });
    const [result] = await Promise.all([task(transaction.objectStore(table)), done]);
    return result;
  } finally {
    opened.close();
  }
}

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the browser gave no reason"));
  });
}
