import { seeded } from "../../shared/base/random.ts";
import type { CheckpointStore } from "../../shared/replica/checkpoint.ts";
import { expect, type Law, type Subject } from "./law.ts";

/** A store whose usable checkpoints are told by their first byte. */
export interface LawStore extends Omit<CheckpointStore, "takeBack"> {
  takeBack(usable: readonly number[]): Promise<boolean>;
}

/** A place where peers keep checkpoints: a disk, a browser, memory. */
export interface TestStores extends Subject {
  /** The store of a room's peer in its next life: the life before is over. */
  open(room: string): Promise<LawStore>;
}

export function lawStore(store: CheckpointStore): LawStore {
  const { load, save, setAside } = store;
  return { load, save, setAside, takeBack: (usable) => store.takeBack((bytes) => usable.includes(bytes[0]!)) };
}

/** So many bytes that are drawn by `first`, which is the first of them. */
function bytesOf(first: number, length = 40): Uint8Array {
  const rng = seeded(first, "checkpoint");
  return Uint8Array.from({ length }, (_, i) => (i === 0 ? first : rng.integer(256)));
}

async function expectThere(stores: TestStores, store: LawStore, bytes: Uint8Array | null): Promise<void> {
  const found = await stores.wait(store.load());
  const isEqual =
    found === null || bytes === null
      ? found === bytes
      : found.length === bytes.length && found.every((byte, i) => byte === bytes[i]);
  expect(isEqual, bytes === null ? "nothing" : `the ${bytes.length} bytes that begin with ${bytes[0]}`, found?.subarray(0, 9));
}

export const checkpointStoreLaws: readonly Law<TestStores>[] = [
  {
    name: "nothing is there where nothing was saved, nor can it be taken back",
    async run(stores) {
      const store = await stores.open("grove");
      await expectThere(stores, store, null);
      expect(!(await stores.wait(store.takeBack([1]))), "nothing to be taken back");
      await expectThere(stores, store, null);
    },
  },
  {
    name: "what was saved is there byte for byte, for this life of the peer and the next",
    async run(stores) {
      for (const length of [1, 1_000, 200_003]) {
        const store = await stores.open("grove");
        await stores.wait(store.save(bytesOf(7, length)));
        await expectThere(stores, store, bytesOf(7, length));
        await expectThere(stores, await stores.open("grove"), bytesOf(7, length));
      }
    },
  },
  {
    name: "a part of a buffer is saved as that part",
    async run(stores) {
      const store = await stores.open("grove");
      await stores.wait(store.save(bytesOf(7, 100).subarray(10, 30)));
      await expectThere(stores, store, bytesOf(7, 100).subarray(10, 30));
    },
  },
  {
    name: "the newest save is there, be it the shorter one",
    async run(stores) {
      const store = await stores.open("grove");
      for (const bytes of [bytesOf(1, 100), bytesOf(2, 5_000), bytesOf(3, 10)]) {
        await stores.wait(store.save(bytes));
        await expectThere(stores, store, bytes);
      }
    },
  },
  {
    name: "saves that overlap are done whole, in the order in which they were asked for",
    async run(stores) {
      const store = await stores.open("grove");
      const saves = [bytesOf(1, 300_000), bytesOf(2, 50_000), bytesOf(3, 10)].map((bytes) => store.save(bytes));
      await stores.wait(Promise.all(saves));
      await expectThere(stores, store, bytesOf(3, 10));
    },
  },
  {
    name: "the bytes that were saved and those that were loaded are their holder's, to be written over",
    async run(stores) {
      const store = await stores.open("grove");
      const mine = bytesOf(7);
      await stores.wait(store.save(mine));
      mine.fill(0);
      await expectThere(stores, store, bytesOf(7));
      const loaded = await stores.wait(store.load());
      loaded!.fill(0);
      await expectThere(stores, store, bytesOf(7));
    },
  },
  {
    name: "two rooms have nothing in common, nor what they set aside",
    async run(stores) {
      const [grove, glade] = [await stores.open("grove"), await stores.open("glade")];
      await stores.wait(grove.save(bytesOf(1)));
      await expectThere(stores, glade, null);
      await stores.wait(grove.setAside());
      expect(!(await stores.wait(glade.takeBack([1]))), "nothing of another room to be taken back");
      await stores.wait(glade.save(bytesOf(2)));
      await expectThere(stores, grove, null);
    },
  },
  {
    name: "what is set aside is out of the way of loads and saves, in the next life, too, and a person is told where it is",
    async run(stores) {
      const store = await stores.open("grove");
      await stores.wait(store.save(bytesOf(1)));
      const where = await stores.wait(store.setAside());
      expect(/^\S.*\S$/.test(where), "where a person finds it", where);
      await expectThere(stores, store, null);
      await expectThere(stores, await stores.open("grove"), null);
    },
  },
  {
    name: "of what was set aside the newest that is usable is taken back, once, as it was; the others stay",
    async run(stores) {
      let store = await stores.open("grove");
      for (const first of [1, 2, 3]) {
        await stores.wait(store.save(bytesOf(first)));
        await stores.wait(store.setAside());
        store = await stores.open("grove");
      }
      expect(!(await stores.wait(store.takeBack([7]))), "nothing of that kind");
      await expectThere(stores, store, null);
      expect(await stores.wait(store.takeBack([1, 2])), "one of these to be taken back");
      await expectThere(stores, store, bytesOf(2));
      store = await stores.open("grove");
      await expectThere(stores, store, bytesOf(2));
      await stores.wait(store.setAside());
      expect(await stores.wait(store.takeBack([3])), "the third to be there");
      await expectThere(stores, store, bytesOf(3));
    },
  },
  {
    name: "a save after something was set aside or taken back leaves the others that are aside as they are",
    async run(stores) {
      let store = await stores.open("grove");
      for (const first of [1, 2]) {
        await stores.wait(store.save(bytesOf(first)));
        await stores.wait(store.setAside());
      }
      store = await stores.open("grove");
      expect(await stores.wait(store.takeBack([2])), "the second to be there");
      await stores.wait(store.save(bytesOf(4)));
      await expectThere(stores, store, bytesOf(4));
      await stores.wait(store.setAside());
      store = await stores.open("grove");
      expect(await stores.wait(store.takeBack([1])), "the first to be there");
      await expectThere(stores, store, bytesOf(1));
    },
  },
];
