import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realClock } from "../../client/base/real-clock.ts";
import { type CheckpointFolder, openCheckpointFolder } from "../../client/node/checkpoint-folder.ts";
import { limitedStore } from "../../client/peer/limited-store.ts";
import type { CheckpointStore } from "../../shared/replica/checkpoint.ts";
import { createGate, type Gate } from "../../shared/simulation/network/gate.ts";
import { createMemoryStore, type MemoryStore } from "../../shared/simulation/network/memory-store.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";
import { checkpointStoreLaws, lawStore, type TestStores } from "./checkpoint-store-laws.ts";
import { contract } from "./contract.ts";
import { virtualWait } from "./virtual-wait.ts";

contract("checkpoints in memory", checkpointStoreLaws, () => {
  const clock = createVirtualClock(() => new Promise((resolve) => setImmediate(resolve)));
  const rooms = new Map<string, MemoryStore>();
  const lives = new Map<string, Gate>();
  return {
    async open(room) {
      lives.get(room)?.close();
      const [store, gate] = [rooms.get(room) ?? createMemoryStore(20), createGate(clock)];
      rooms.set(room, store);
      lives.set(room, gate);
      return lawStore(store.of(gate));
    },
    wait: virtualWait(clock),
    close: async () => {},
  };
});

/** Files in a folder that is removed in the end, each store as `wrap` makes it of the bare one. */
async function stored(wrap: (store: CheckpointStore) => CheckpointStore): Promise<TestStores> {
  const folder = await mkdtemp(join(tmpdir(), "copse-"));
  const lives = new Map<string, CheckpointFolder>();
  return {
    async open(room) {
      await lives.get(room)?.close();
      const life = await openCheckpointFolder(folder, room);
      lives.set(room, life);
      return lawStore(wrap(life.store));
    },
    wait: (promise) => promise,
    async close() {
      for (const life of lives.values()) await life.close();
      await rm(folder, { recursive: true });
    },
  };
}

contract("checkpoints in files", checkpointStoreLaws, () => stored((store) => store));
contract("checkpoints that are not waited for without an end", checkpointStoreLaws, () =>
  stored((store) => limitedStore(store, realClock)),
);
