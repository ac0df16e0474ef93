const databaseName = "copse";
const table = "checkpoints";

/** The database of all tabs of this browser. It may open late, or never, without an event. */
export function openDatabase(): Promise<IDBDatabase> {
  const opening = indexedDB.open(databaseName, 1);
  opening.onupgradeneeded = () => void opening.result.createObjectStore(table);
  return new Promise((resolve, reject) => {
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

/**
 * One request in a transaction of its own, handed to the browser in one task: a page that goes takes its worker along, and a
 * second task may never come.
 * @throws {Error} (as a rejection) where storage is full or fails
 */
export function transact<T>(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  ask: (slots: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(table, mode, { durability: "strict" });
    const request = ask(transaction.objectStore(table));
    // Some versions of Chromium report the end of a transaction before that of its request.
    const settle = (): void => {
      if (isComplete && request.readyState === "done") resolve(request.result);
    };
    let isComplete = false;
    request.onsuccess = settle;
    transaction.oncomplete = () => {
      isComplete = true;
      settle();
    };
    transaction.onabort = () => reject(new Error(storageWords(transaction.error), { cause: transaction.error }));
    transaction.commit();
  });
}

/** Browsers give a reason, a name alone, or nothing. */
export function storageWords(cause: unknown): string {
  if (!(cause instanceof Error || cause instanceof DOMException)) return "it does not say why";
  if (cause.name === "QuotaExceededError") return "the browser has no room left for this page";
  return cause.message === "" ? cause.name : cause.message.replace(/\.$/, "");
}
