import type { CheckpointStore } from "../../shared/training/checkpoint.ts";

const databaseName = "copse";
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

/** The browser keeps no checkpoint of this tab; its message says why, to a person. */
export class NoSlotError extends Error {
  override readonly name = "NoSlotError";
}

/**
 * The slot of a tab, held by a lock for as long as this worker lives. `wanted` is the one that the tab had before; where another
 * tab holds it (a duplicate has its name, too) or there was none, it is a new one.
 * @throws {NoSlotError} where the browser has no locks, without which two tabs could go on as one peer, or lets the page keep nothing
 */
export async function openCheckpointSlot(room: string, wanted: string | null): Promise<CheckpointSlot> {
  try {
    const isMine = wanted !== null && (await claim(keyOf(room, wanted)));
    const name = isMine ? wanted : crypto.randomUUID();
    if (!isMine) await claim(keyOf(room, name));
    const database = await openDatabase();
    // What is left over may stay; if storage fails, saves will tell.
    await prune(database, keyOf(room, name)).catch(() => {});
    return { name, store: createSlotStore(database, keyOf(room, name)) };
  } catch (cause) {
    const consequence = "The run goes on without a checkpoint: loaded again, this tab begins as a newcomer.";
    throw new NoSlotError(`${refusalText(cause)} ${consequence}`, { cause });
  }
}

function refusalText(cause: unknown): string {
  if (!isSecureContext) return "Over plain http a browser has no locks by which the tabs of a page keep apart.";
  if (cause instanceof DOMException && cause.name === "SecurityError")
    return "This browser lets the page keep nothing, as in a private window or with cookies blocked.";
  return `This browser cannot keep anything for the page (${wordsFor(cause)}).`;
}

/** False if another has it. @throws {DOMException} (as a rejection) where storage is denied */
function claim(key: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(claimMs);
    const hold = (): Promise<never> => {
      resolve(true);
      return new Promise(() => {});
    };
    navigator.locks.request(`copse ${key}`, { signal }, hold).catch((cause) => (signal.aborted ? resolve(false) : reject(cause)));
  });
}

const keyOf = (room: string, name: string): string => `${room}/${name}`;

/** A checkpoint as a record of IndexedDB. A transaction is done as a whole or not at all, and is on the disk when it is done. */
function createSlotStore(database: IDBDatabase, key: string): CheckpointStore {
  return {
    async load() {
      const slot: Partial<Slot> | undefined = await within(database, "readonly", (slots) => slots.get(key));
      if (slot === undefined) return null;
      if (!(slot.bytes instanceof Uint8Array)) throw new Error("expected bytes, got other data");
      return slot.bytes;
    },
    save: async (bytes) =>
      void (await within(database, "readwrite", (slots) => slots.put({ at: Date.now(), bytes } satisfies Slot, key))),
    forget: async () => void (await within(database, "readwrite", (slots) => slots.delete(key))),
  };
}

/** Leaves the newest, and the one that this tab is about to use. Another tab may do the same meanwhile: what is gone is the oldest. */
async function prune(database: IDBDatabase, own: string): Promise<void> {
  const keys = await within(database, "readonly", (slots) => slots.getAllKeys());
  const others = keys.filter((key) => key !== own);
  if (others.length < mostSlots) return;
  const all = await Promise.all(
    others.map(async (key) => {
      const slot: Partial<Slot> | undefined = await within(database, "readonly", (slots) => slots.get(key));
      return { key, at: slot?.at ?? 0 };
    }),
  );
  all.sort((a, b) => b.at - a.at);
  for (const { key } of all.slice(mostSlots - 1)) await within(database, "readwrite", (slots) => slots.delete(key));
}

function openDatabase(): Promise<IDBDatabase> {
  const opening = indexedDB.open(databaseName, 1);
  opening.onupgradeneeded = () => void opening.result.createObjectStore(table);
  return new Promise((resolve, reject) => {
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

/**
 * One request in a transaction of its own, all of which the browser is told at once: a page that goes takes its worker along, and
 * there is no time for another word.
 * @throws {Error} (as a rejection) where storage is full or fails
 */
function within<T>(database: IDBDatabase, mode: IDBTransactionMode, ask: (slots: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(table, mode, { durability: "strict" });
    const request = ask(transaction.objectStore(table));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(new Error(wordsFor(transaction.error), { cause: transaction.error }));
    transaction.commit();
  });
}

/** Browsers give a reason, a name alone, or nothing. */
function wordsFor(cause: unknown): string {
  if (!(cause instanceof Error || cause instanceof DOMException)) return "it does not say why";
  if (cause.name === "QuotaExceededError") return "the browser has no room left for this page";
  return cause.message === "" ? cause.name : cause.message.replace(/\.$/, "");
}
