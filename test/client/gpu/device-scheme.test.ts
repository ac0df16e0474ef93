import { afterAll, describe, expect, it, onTestFinished, test } from "vitest";
import { DeviceMemory } from "../../../client/gpu/device-memory.ts";
import { deviceScheme } from "../../../client/gpu/device-scheme.ts";
import type { Trainer } from "../../../shared/run/trainer.ts";
import type { Delta } from "../../../shared/vector/device-vector.ts";
import { noGpu, openDevice } from "../../support/open-gpu.ts";
import { hashesByRound, swarmOf } from "../../support/swarm.ts";

const device = await openDevice();
/** Of the problem of a swarm. */
const dimension = 200;
afterAll(() => device?.destroy());

/** Waits until the device has nothing to do, and nobody gives it more. */
function deviceAtRest(): () => Promise<void> {
  let submitted = 0;
  const { queue } = device!;
  const submit = queue.submit.bind(queue);
  queue.submit = (commands) => {
    submitted += 1;
    return submit(commands);
  };
  onTestFinished(() => {
    queue.submit = submit;
  });
  const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return async () => {
    let before: number;
    do {
      before = submitted;
      await nextTurn();
      await queue.onSubmittedWorkDone();
      await nextTurn();
    } while (submitted !== before);
  };
}

/** The trainer, its updates on the device. */
function held(trainer: Trainer, scheme: string, memory: DeviceMemory): Trainer<Delta> {
  return {
    ...trainer,
    scheme: deviceScheme(scheme, memory)!,
    async localUpdate(options) {
      const update = await trainer.localUpdate(options);
      return { ...update, delta: memory.upload(Float32Array.from(update.delta)) };
    },
  };
}

/** A memory for each peer of a run; one after the other, so that kernels are compiled once. */
async function memoriesOf(count: number): Promise<DeviceMemory[]> {
  const memories: DeviceMemory[] = [];
  for (let i = 0; i < count; i += 1) memories.push(await DeviceMemory.create(device!, dimension));
  onTestFinished(() => {
    for (const memory of memories) memory.destroy();
  });
  return memories;
}

/** A run in which one peer is too slow for its rounds, one crashes inside the tree, and one comes late: its hashes by round. */
async function eventfulRun(
  scheme: string,
  options: Parameters<typeof swarmOf>[2],
): Promise<ReadonlyMap<number, ReadonlySet<string>>> {
  const swarm = swarmOf(5, { scheme }, { ...options, trainingMs: (seat) => (seat === 4 ? 5_000 : 100) });
  const { ids, reached, run, roundsOf } = swarm;
  expect(await run(reached(3, ids))).toBe(true);
  swarm.swarm.crash(ids[1]!);
  const others = [...ids.filter((id) => id !== ids[1]), swarm.swarm.add()];
  expect(await run(reached(12, others))).toBe(true);
  const rounds = others.flatMap(roundsOf);
  expect(new Set(rounds.map(({ counted }) => counted))).toEqual(new Set([true, false]));
  return hashesByRound(rounds.filter(({ round }) => round <= 12));
}

test.skipIf(device !== null)("a GPU is there", ({ skip }) => skip(noGpu));

describe.skipIf(device === null)("a scheme whose vectors a device keeps", () => {
  it.each(["ef14(topk(10%))", "topk(10%)", "ef14(topk(5, warmup=8))"])(
    "%s commits the CPU's hashes, round for round, through a straggler, a crash and a newcomer",
    async (scheme) => {
      const memories = await memoriesOf(6);
      const unused = [...memories];
      const onDevice = await eventfulRun(scheme, {
        settle: deviceAtRest(),
        wrap: (trainer) => held(trainer, scheme, unused.pop()!),
      });
      const onCpu = await eventfulRun(scheme, {});
      expect([...onDevice.values()].every(({ size }) => size === 1)).toBe(true);
      expect(onDevice).toEqual(onCpu);
      expect(memories.every(({ bytesRead }) => bytesRead > 0)).toBe(true);
    },
  );

  it("is made for topk of the whole vector, alone or in ef14, and for nothing else", async () => {
    const [memory] = (await memoriesOf(1)) as [DeviceMemory];
    for (const text of ["topk(1%)", "ef14(topk(500))", "ef14( topk(1%, warmup=10) )"])
      expect(deviceScheme(text, memory)).not.toBeNull();
    for (const text of [
      "none",
      "topk(1%, tensor=1)",
      "topk(1%) | qsgd(8)",
      "ef14(topk(1%), decay=0.9)",
      "ef14(topk(1%) | sign)",
      "ef14(randk(1%))",
      "ef21(topk(1%))",
      "scam(topk(1%))",
    ])
      expect(deviceScheme(text, memory)).toBeNull();
  });
});
