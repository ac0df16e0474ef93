import { checkpointStoreLaws, type LawStore, type TestStores } from "../../test/contract/checkpoint-store-laws.ts";
import type { Numbered, StoreReply, StoreRequest } from "./wire.ts";

/** What a tab's session storage remembers: the slot of each room. */
type Slots = Map<string, string>;

/** A worker that has the store of a room until it is ended, as a tab's has. */
async function startLife(room: string, slots: Slots): Promise<{ readonly store: LawStore; end(): void }> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const pending = new Map<number, { resolve(result: never): void; reject(error: Error): void }>();
  let count = 0;
  worker.addEventListener("message", ({ data }: MessageEvent<StoreReply>) => {
    if ("slot" in data) return void slots.set(room, data.slot);
    const asked = pending.get(data.id)!;
    pending.delete(data.id);
    if ("error" in data) asked.reject(new Error(data.error));
    else asked.resolve(data.result as never);
  });
  const ask = <T>(request: StoreRequest): Promise<T> =>
    new Promise((resolve, reject) => {
      count += 1;
      pending.set(count, { resolve, reject });
      worker.postMessage({ id: count, request } satisfies Numbered);
    });
  await ask({ method: "open", room, wanted: slots.get(room) ?? null });
  return {
    store: {
      load: () => ask({ method: "load" }),
      save: (bytes) => ask({ method: "save", bytes }),
      setAside: () => ask({ method: "setAside" }),
      takeBack: (usable) => ask({ method: "takeBack", usable }),
    },
    end: () => worker.terminate(),
  };
}

function browserStores(): TestStores {
  const slots: Slots = new Map();
  const lives = new Map<string, () => void>();
  return {
    async open(room) {
      lives.get(room)?.();
      const { store, end } = await startLife(room, slots);
      lives.set(room, end);
      return store;
    },
    wait: (promise) => promise,
    async close() {
      for (const end of lives.values()) end();
      await new Promise<void>((resolve, reject) => {
        const deleting = indexedDB.deleteDatabase("copse");
        deleting.onsuccess = () => resolve();
        deleting.onerror = () => reject(deleting.error);
      });
    },
  };
}

globalThis.runLaw = async (name) => {
  const stores = browserStores();
  try {
    await checkpointStoreLaws.find((law) => law.name === name)?.run(stores);
    return null;
  } catch (error) {
    return String(error);
  } finally {
    await stores.close();
  }
};
document.title = "ready";
