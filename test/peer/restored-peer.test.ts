import { expect, it } from "vitest";
import { createHasher } from "../../shared/base/hash.ts";
import { loadCheckpoint } from "../../shared/checkpoint/load-checkpoint.ts";
import { defaultConfig, type RunConfig } from "../../shared/run/config.ts";
import { describeRun } from "../../shared/run/describe-run.ts";
import { createQuadraticTrainer } from "../../shared/simulation/lab/quadratic-trainer.ts";
import { createGate } from "../../shared/simulation/network/gate.ts";
import { createMemoryStore } from "../../shared/simulation/network/memory-store.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";
import { peerOnALine } from "../support/peer-on-a-line.ts";

const hasher = await createHasher();
const session = "secret";
/** Whose steps do not overshoot the quadratic. */
const calm: RunConfig = { ...defaultConfig, rate: 0.05 };

/** The store of a peer that trained alone for a minute and left, and what the next one finds in it. */
async function afterALife(config: RunConfig = calm) {
  const clock = createVirtualClock(() => new Promise((resolve) => void setImmediate(resolve)));
  const store = createMemoryStore(0).of(createGate(clock));
  const life = peerOnALine({ roomConfig: config, checkpoints: { store, restored: null, session } });
  life.connect(true);
  life.welcome();
  await life.clock.advance(6_000);
  life.roster(1, 0);
  await life.clock.advance(5_000);
  const closed = life.peer.close();
  await clock.advance(1_000);
  await closed;
  const bytes = await store.load();
  const { checkpoint, problem } = await loadCheckpoint(
    { ...store, save: async () => {} },
    { room: "grove", config: null },
    hasher,
  );
  expect(problem).toBeNull();
  const settle = async (closing: Promise<void>): Promise<void> => {
    await clock.advance(1_000);
    await closing;
  };
  return { store, bytes, checkpoints: { store, restored: checkpoint, session }, settle, life };
}

it("a peer that is refused for what has nothing to do with its checkpoint leaves it as it was", async () => {
  const { store, bytes, checkpoints, settle } = await afterALife();
  const broken = peerOnALine({
    checkpoints,
    roomConfig: calm,
    createTrainer: () => Promise.reject(new Error("the data did not come")),
  });
  broken.connect(true);
  broken.welcome();
  await broken.clock.advance(1_000);
  expect(broken.reports.at(-1)).toEqual({ type: "refused", reason: "the data did not come" });
  await settle(broken.peer.close());
  expect(await store.load()).toEqual(bytes);

  const outside = peerOnALine({ checkpoints });
  outside.connect(true);
  outside.refuse("this room is full");
  await settle(outside.peer.close());
  expect(await store.load()).toEqual(bytes);

  const asking = peerOnALine({ checkpoints, config: calm });
  asking.connect(true);
  asking.refuseFor({ ...calm, seed: 2 });
  await settle(asking.peer.close());
  expect(await store.load()).toEqual(bytes);
});

it("a checkpoint because of which its peer is refused is set aside, whole and said, so that the next life may come in", async () => {
  const { store, bytes, checkpoints, settle } = await afterALife();
  const peers = [
    { act: "other run", peer: peerOnALine({ checkpoints }) },
    { act: "other model", peer: peerOnALine({ checkpoints, roomConfig: calm, dimension: 30 }) },
  ];
  for (const { act, peer } of peers) {
    peer.connect(true);
    if (act === "other run") peer.refuseFor({ ...calm, seed: 2 });
    else peer.welcome();
    await peer.clock.advance(6_000);
    await settle(peer.peer.close());
    expect(await store.load()).toBeNull();
    expect(peer.reports.at(-1)).toEqual({
      type: "notice",
      text: expect.stringMatching(/; it is kept in memory; started again, this peer begins without it$/),
    });
    let kept: Uint8Array | null = null;
    await store.takeBack((aside) => {
      kept = aside;
      return true;
    });
    expect(kept).toEqual(bytes);
  }
});

it("a peer whose run was over when it was started again says so as soon as it has joined, and keeps its model", async () => {
  const short = { ...calm, rounds: 5 };
  const { checkpoints, life } = await afterALife(short);
  expect(life.reports.filter(({ type }) => type === "finished")).toHaveLength(1);
  const again = peerOnALine({ roomConfig: short, checkpoints });
  again.connect(true);
  again.welcome();
  await again.clock.advance(5_000);
  const types = ["connection", "joined", "resumed", "finished"];
  expect(again.reports.map(({ type }) => type)).toEqual(types);
  expect(again.reports.at(-1)).toMatchObject({ round: 5, hash: checkpoints.restored!.tip.hash });
  expect(again.peer.tip).toEqual(checkpoints.restored!.tip);
  // Neither a reconnection nor a roster says it again.
  again.connect(false);
  again.connect(true);
  again.welcome();
  again.roster(1, 0);
  await again.clock.advance(60_000);
  expect(again.reports.filter(({ type }) => type === "finished")).toHaveLength(1);
});

/** What a peer that trained alone to the end of its run leaves to the next. */
async function afterTheEnd() {
  const short = { ...calm, rounds: 5 };
  return { short, ...(await afterALife(short)) };
}

it("a peer whose run was over needs no server to say so, and waits for its answer first", async () => {
  const { short, checkpoints, settle, store, bytes } = await afterTheEnd();
  const again = peerOnALine({ checkpoints });
  await again.clock.advance(4_900);
  expect(again.made()).toBe(0);
  await again.clock.advance(6_000);
  expect(again.reports.map(({ type }) => type)).toEqual(["joined", "resumed", "finished"]);
  expect(again.reports.at(-1)).toMatchObject({ round: 5, hash: checkpoints.restored!.tip.hash });
  expect((await again.peer.evaluate()).count).toBeGreaterThan(0);
  // When the server is there at last, the peer has its run already.
  again.connect(true);
  expect(again.heard.at(-1)).toMatchObject({
    kind: "hello",
    description: describeRun(short, hasher),
    insists: true,
    tip: { round: 5 },
    previousPlace: { position: null },
  });
  await settle(again.peer.close());
  expect(await store.load()).toEqual(bytes);
});

it("a peer whose run was over, and which has said so without the server, is refused by a room that trains another", async () => {
  const { short, checkpoints, settle, store, bytes } = await afterTheEnd();
  const again = peerOnALine({ checkpoints });
  await again.clock.advance(11_000);
  again.connect(true);
  again.refuseFor({ ...short, seed: 2 });
  await settle(again.peer.close());
  expect(again.reports.map(({ type }) => type)).toEqual(["joined", "resumed", "finished", "connection", "refused", "notice"]);
  expect(again.reports).toContainEqual({
    type: "refused",
    reason: "this room trains another configuration: seed: the room has 2, this peer asked for 1",
  });
  expect(await store.load()).toBeNull();
  let kept: Uint8Array | null = null;
  await store.takeBack((aside) => {
    kept = aside;
    return true;
  });
  expect(kept).toEqual(bytes);
});

it("a peer whose run was over, and which cannot test its model without the server, goes on waiting for it", async () => {
  const { short, checkpoints } = await afterTheEnd();
  let tries = 0;
  const again = peerOnALine({
    checkpoints,
    roomConfig: short,
    async createTrainer(_config, seat) {
      tries += 1;
      if (tries === 1) throw new Error("the data did not come");
      return createQuadraticTrainer({ dimension: 20, seed: 1, seat, trainingMs: 10, clock: again.clock });
    },
  });
  await again.clock.advance(60_000);
  expect(again.reports).toEqual([{ type: "notice", text: expect.stringContaining("the data did not come") }]);
  again.connect(true);
  again.welcome();
  await again.clock.advance(1_000);
  expect(again.reports.map(({ type }) => type)).toEqual(["notice", "connection", "joined", "resumed", "finished"]);
});
