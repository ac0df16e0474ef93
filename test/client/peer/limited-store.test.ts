import { expect, it } from "vitest";
import { limitedStore } from "../../../client/peer/limited-store.ts";
import { createHasher } from "../../../shared/base/hash.ts";
import { createCheckpointKeeper } from "../../../shared/checkpoint/checkpoint-keeper.ts";
import { loadCheckpoint } from "../../../shared/checkpoint/load-checkpoint.ts";
import type { CheckpointStore } from "../../../shared/replica/checkpoint.ts";
import { defaultConfig } from "../../../shared/run/config.ts";
import { createVirtualClock } from "../../../shared/simulation/network/virtual-clock.ts";

const hasher = await createHasher();
const clockOf = () => createVirtualClock(() => new Promise((resolve) => void setImmediate(resolve)));
const never = (): Promise<never> => new Promise(() => {});
const mute: CheckpointStore = { load: never, save: never, setAside: never, takeBack: never };

it("a storage that answers nothing keeps a peer from joining for ten seconds at most, is said, and takes no saves", async () => {
  const clock = clockOf();
  const loading = loadCheckpoint(limitedStore(mute, clock), { room: "grove", config: defaultConfig }, hasher);
  await clock.advance(10_000);
  expect(await loading).toEqual({
    checkpoint: null,
    maySave: false,
    problem: expect.stringMatching(/^checkpoints cannot be read: the storage of checkpoints gave no answer within 5 s; /),
  });
});

it("a save that does not end is told, and does not keep a peer from its end", async () => {
  const clock = clockOf();
  const notices: string[] = [];
  const keeper = createCheckpointKeeper(limitedStore(mute, clock), clock, (text) => void notices.push(text));
  keeper.offer(() => Uint8Array.of(1));
  const ended = keeper.last(Uint8Array.of(2));
  await clock.advance(60_000);
  await ended;
  expect(notices).toEqual([expect.stringMatching(/the storage of checkpoints gave no answer within 30 s/)]);
});

it("what is found among those set aside when nobody waits any more stays there", async () => {
  const clock = clockOf();
  let ask = (): boolean => expect.fail("expected to be asked first");
  const slow: CheckpointStore = {
    ...mute,
    takeBack(isUsable) {
      ask = () => isUsable(Uint8Array.of(1));
      return never();
    },
  };
  const taking = limitedStore(slow, clock).takeBack(() => true);
  expect(ask()).toBe(true);
  const refused = expect(taking).rejects.toThrow("gave no answer within 5 s");
  await clock.advance(5_000);
  await refused;
  expect(ask()).toBe(false);
});
