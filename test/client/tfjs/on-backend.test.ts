import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { drawWriter, glyphShape } from "../../../client/data/glyphs.ts";
import { nodeBackends } from "../../../client/node/tensorflow.ts";
import { imageData } from "../../../client/tasks/image-data.ts";
import type { BackendName } from "../../../client/tfjs/on-backend.ts";
import { onBackend } from "../../../client/tfjs/on-backend.ts";
import { createRunTrainer } from "../../../client/tfjs/run-trainer.ts";
import { seeded } from "../../../shared/base/random.ts";
import { defaultConfig } from "../../../shared/run/config.ts";
import { initialParameters } from "../../../shared/run/initial-parameters.ts";
import { createVirtualClock } from "../../../shared/simulation/network/virtual-clock.ts";

const wasmOrCpu = nodeBackends();

describe("tfjs's one current backend, among many who train in one process", () => {
  it("is everybody's own while they compute, in any history of tasks, and nobody waits for ever", async () => {
    const rng = seeded(1, "tasks");
    const names: readonly BackendName[] = ["wasm", "cpu"];
    const order: BackendName[] = [];
    const task = async (name: BackendName): Promise<void> => {
      for (let turns = Math.floor(4 * rng.uniform()); turns > 0; turns -= 1) await new Promise(setImmediate);
      await onBackend(name, async () => {
        order.push(name);
        for (let turns = Math.floor(4 * rng.uniform()); turns >= 0; turns -= 1) {
          expect(tf.getBackend()).toBe(name);
          await new Promise(setImmediate);
        }
        if (rng.uniform() < 0.2) throw new Error("this task failed");
      }).catch((error: Error) => expect(error.message).toBe("this task failed"));
    };
    await Promise.all(Array.from({ length: 200 }, () => task(names[Math.floor(2 * rng.uniform())]!)));
    expect(order).toHaveLength(200);
    expect(new Set(order)).toEqual(new Set(names));
  });

  it("that does not start fails those who want it, and nobody else, now and later", async () => {
    const results = await Promise.allSettled([
      onBackend("cpu", () => tf.getBackend()),
      onBackend("webgl", () => tf.getBackend()),
      onBackend("wasm", () => tf.getBackend()),
      onBackend("webgl", () => tf.getBackend()),
      onBackend("wasm", () => tf.getBackend()),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "rejected", "fulfilled"]);
    expect(await onBackend("wasm", () => tf.getBackend())).toBe("wasm");
  });

  it("24 trainers begun at once, every third of them on the plain backend, all train as one alone does", async () => {
    const config = { ...defaultConfig, model: "softmax" } as const;
    const data = imageData({ ...glyphShape, train: drawWriter(1, 0, 40), test: drawWriter(1, 1, 20) });
    const chosen: string[] = [];
    const train = async (backends: typeof wasmOrCpu): Promise<Float32Array> => {
      const report = (said: { readonly type: string; readonly backend?: string }): void => {
        if (said.type === "backend") chosen.push(said.backend!);
      };
      const trainer = await createRunTrainer(config, data, 0, { backends, selection: null, report });
      await trainer.load(initialParameters(trainer.layout, 1));
      const { delta } = await trainer.localUpdate({ round: 1, steps: 3, batch: 8, rate: 0.3 });
      await trainer.evaluate({ part: 0, of: 1 });
      trainer.dispose();
      return delta as Float32Array;
    };
    const [wasm, cpu] = [await train(wasmOrCpu), await train([{ name: "cpu" }])];
    chosen.splice(0);
    const wishes = Array.from({ length: 24 }, (_, i) => (i % 3 === 2 ? [{ name: "cpu" } as const] : wasmOrCpu));
    const deltas = await Promise.all(wishes.map(train));
    expect(chosen.filter((name) => name === "wasm")).toHaveLength(16);
    deltas.forEach((delta, i) => void expect(delta).toEqual(i % 3 === 2 ? cpu : wasm));
  });
});

it("a task that gives no answer in time is over for the others: whoever waits for another backend has its turn", async () => {
  const clock = createVirtualClock(() => new Promise((resolve) => void setImmediate(resolve)));
  await onBackend("cpu", () => {});
  let begun = (): void => {};
  const isBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const stuck = onBackend(
    "wasm",
    () => {
      begun();
      return new Promise<never>(() => {});
    },
    { clock, limitMs: 30_000 },
  );
  const refused = expect(stuck).rejects.toThrow("it gave no answer within 30 s");
  const other = onBackend("cpu", () => tf.getBackend());
  await isBegun;
  await clock.advance(30_000);
  await refused;
  expect(await other).toBe("cpu");
});
