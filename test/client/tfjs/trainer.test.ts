import { createSocket } from "node:dgram";
import { once } from "node:events";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { drawCrowd, glyphShape } from "../../../client/data/glyphs.ts";
import { nodeBackends } from "../../../client/node/tensorflow.ts";
import { localOptimizers } from "../../../client/optimizer/registry.ts";
import { imageData, imageKind } from "../../../client/tasks/image-data.ts";
import { chooseBackend } from "../../../client/tfjs/choose-backend.ts";
import { createTrainer } from "../../../client/tfjs/create-trainer.ts";
import type { BackendName } from "../../../client/tfjs/on-backend.ts";
import { TrainingError } from "../../../client/tfjs/training-error.ts";
import { trainingProbe } from "../../../client/tfjs/training-probe.ts";
import { localBatches } from "../../../shared/run/batch-sampler.ts";
import { confusionOf } from "../../../shared/run/confusion.ts";
import { initialParameters } from "../../../shared/run/initial-parameters.ts";
import type { Evaluation, Trainer } from "../../../shared/run/trainer.ts";

const data = imageData({ ...glyphShape, train: drawCrowd(1, 0, 60), test: drawCrowd(1, 1, 35) });
const models = ["softmax", "mlp(16)", "cnn"] as const;
const firstEight = Uint32Array.from({ length: 8 }, (_, i) => i);

beforeAll(async () => {
  await chooseBackend(nodeBackends(), trainingProbe({ model: "softmax" }, imageKind(glyphShape)));
});

async function trainerOf(
  model: string,
  { seed = 1, seat = 0, backend = "wasm" as BackendName, local = "sgd" } = {},
): Promise<Trainer> {
  const trainer = await createTrainer({ model, seed, local }, data, seat, backend);
  onTestFinished(() => trainer.dispose());
  await trainer.load(initialParameters(trainer.layout, 1));
  return trainer;
}

it("asked for a round's gradient, a trainer moves and mirrors pictures as that round's first local step does", async () => {
  const images = { ...glyphShape, train: drawCrowd(1, 0, 60), test: drawCrowd(1, 1, 35) };
  const trainer = await createTrainer(
    { model: "mlp(16)", seed: 1, local: "sgd" },
    imageData(images, { isAugmented: true }),
    0,
    "wasm",
  );
  onTestFinished(() => trainer.dispose());
  const start = initialParameters(trainer.layout, 1);
  await trainer.load(start);
  const { delta } = await trainer.localUpdate({ round: 4, steps: 1, batch: 8, rate: 0.5 });
  const batch = localBatches({ seed: 1, seat: 0, round: 4, samples: 60, batch: 8 })();
  const { gradient } = await trainer.gradientAt(start, batch, 4);
  expectClose(
    delta,
    gradient.map((value) => 0.5 * value),
  );
  expect((await trainer.gradientAt(start, batch, 5)).gradient).not.toEqual(gradient);
  expect((await trainer.gradientAt(start, batch)).gradient).not.toEqual(gradient);
});

describe.each(models)("a trainer of a %s", (model) => {
  it("finds the same loss and gradient on wasm and on cpu", async () => {
    const results = [];
    for (const backend of ["wasm", "cpu"] as const) {
      const trainer = await trainerOf(model, { backend });
      results.push(await trainer.gradientAt(initialParameters(trainer.layout, 3), firstEight));
    }
    const [wasm, cpu] = [results[0]!, results[1]!];
    expect(wasm.loss).toBeCloseTo(cpu.loss, 4);
    expect(Math.max(...wasm.gradient.map((value, i) => Math.abs(value - cpu.gradient[i]!)))).toBeLessThan(1e-4);
  });

  it("finds the slope that finite differences find", async () => {
    const trainer = await trainerOf(model);
    const at = initialParameters(trainer.layout, 3);
    const { gradient } = await trainer.gradientAt(at, firstEight);
    const norm = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0));
    const lossAt = async (step: number): Promise<number> =>
      (
        await trainer.gradientAt(
          at.map((value, i) => value + (step * gradient[i]!) / norm),
          firstEight,
        )
      ).loss;
    const step = 0.01;
    const slope = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
    expect(Math.abs(slope - norm) / norm).toBeLessThan(0.02);
  });

  it("takes H steps of plain SGD: one step's update is the rate times the gradient, and two are one after the other", async () => {
    const trainer = await trainerOf(model);
    const start = initialParameters(trainer.layout, 1);
    const options = { round: 4, steps: 1, batch: 60, rate: 0.5 };
    const { delta, samples, loss } = await trainer.localUpdate(options);
    const everything = Uint32Array.from({ length: 60 }, (_, i) => i);
    const first = await trainer.gradientAt(start, everything);
    expect(samples).toBe(60);
    expect(loss).toBeCloseTo(first.loss, 4);
    expectClose(
      delta,
      first.gradient.map((value) => 0.5 * value),
    );
    const second = await trainer.gradientAt(
      start.map((value, i) => value - delta[i]!),
      everything,
    );
    await trainer.load(start);
    const two = await trainer.localUpdate({ ...options, steps: 2 });
    expectClose(
      two.delta,
      first.gradient.map((value, i) => 0.5 * (value + second.gradient[i]!)),
    );
  });

  it.each(["wasm", "cpu"] as const)(
    "is drawn back to its start by a proximal term on %s: γμ(x − x_start) a step",
    async (backend) => {
      const trainer = await trainerOf(model, { backend });
      const start = initialParameters(trainer.layout, 1);
      const update = async (steps: number, proximal?: number): Promise<Float32Array> => {
        await trainer.load(start);
        const options = { round: 4, steps, batch: 60, rate: 0.5, ...(proximal === undefined ? {} : { proximal }) };
        return (await trainer.localUpdate(options)).delta;
      };
      const one = await update(1);
      const two = await update(2);
      // The first step starts at x_start; the second loses γμ of the first.
      expectClose(await update(1, 1.2), one);
      expectClose(
        await update(2, 1.2),
        two.map((value, i) => value - 0.6 * one[i]!),
      );
      expect(await update(2, 0)).toEqual(two);
    },
  );

  it("keeps the number of tensors flat over rounds, and frees all of them", async () => {
    await tf.setBackend("wasm");
    const before = tf.memory();
    const trainer = await createTrainer({ model, seed: 1 }, data, 0);
    const parameters = initialParameters(trainer.layout, 1);
    const counts = new Set<number>();
    for (let round = 1; round <= 3; round += 1) {
      await trainer.load(parameters);
      await trainer.localUpdate({ round, steps: 3, batch: 8, rate: 0.1, proximal: round - 1 });
      await trainer.gradientAt(parameters, firstEight);
      await trainer.evaluate({ part: 0, of: 1 });
      counts.add(tf.memory().numTensors);
    }
    expect([...counts]).toEqual([before.numTensors + trainer.layout.tensors.length]);
    trainer.dispose();
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  });
});

describe("a trainer", () => {
  it("draws the same batches for the same seed, seat and round, and others for another", async () => {
    const update = async (seed: number, seat: number, round: number): Promise<number[]> => {
      const trainer = await trainerOf("softmax", { seed, seat });
      return [...(await trainer.localUpdate({ round, steps: 2, batch: 8, rate: 0.1 })).delta];
    };
    const first = await update(1, 0, 1);
    expect(await update(1, 0, 1)).toEqual(first);
    expect(await update(2, 0, 1)).not.toEqual(first);
    expect(await update(1, 1, 1)).not.toEqual(first);
    expect(await update(1, 0, 2)).not.toEqual(first);
  });

  it("tests each held-out sample in exactly one of the slices", async () => {
    const trainer = await trainerOf("mlp(16)");
    const whole = await trainer.evaluate({ part: 0, of: 1 });
    const parts = [];
    for (let part = 0; part < 4; part += 1) parts.push(await trainer.evaluate({ part, of: 4 }));
    expect(whole.count).toBe(35);
    expect(parts.reduce((sum, { count }) => sum + count, 0)).toBe(35);
    const [loss = Number.NaN, hits = Number.NaN] = whole.sums;
    expect(parts.reduce((sum, { sums }) => sum + sums[1]!, 0)).toBe(hits);
    expect(parts.reduce((sum, { sums }) => sum + sums[0]!, 0)).toBeCloseTo(loss, 3);
  });

  it("counts, of few classes, each held-out sample of its slice by its class and what it is taken for", async () => {
    const third = { ...glyphShape, classes: 3 };
    const of3 = (seat: number, samples: number) => {
      const { images, labels } = drawCrowd(1, seat, samples);
      return { images, labels: labels.map((label) => label % 3) };
    };
    const few = imageData({ ...third, train: of3(0, 60), test: of3(1, 35) });
    const trainer = await createTrainer({ model: "softmax", seed: 1 }, few, 0, "wasm");
    onTestFinished(() => trainer.dispose());
    await trainer.load(initialParameters(trainer.layout, 1));
    const whole = await trainer.evaluate({ part: 0, of: 1 });
    const confusion = confusionOf(whole, trainer.classes);
    const rows = confusion!.map((counts) => counts.reduce((sum, count) => sum + count, 0));
    expect(rows).toEqual([0, 1, 2].map((k) => of3(1, 35).labels.filter((label) => label === k).length));
    expect(confusion!.reduce((sum, counts, i) => sum + counts[i]!, 0)).toBe(whole.sums[1]);
    const parts: Evaluation[] = [];
    for (let part = 0; part < 4; part += 1) parts.push(await trainer.evaluate({ part, of: 4 }));
    const sums = whole.sums.slice(1).map((_, i) => parts.reduce((sum, each) => sum + each.sums[i + 1]!, 0));
    expect(sums).toEqual(whole.sums.slice(1));
    expect((await trainerOf("softmax")).classes).toBeUndefined();
  });

  it("copies what it loads: the caller may write over its vector", async () => {
    for (const backend of ["wasm", "cpu"] as const) {
      const trainer = await trainerOf("softmax", { backend });
      const parameters = initialParameters(trainer.layout, 1);
      const before = await trainer.evaluate({ part: 0, of: 1 });
      await trainer.load(parameters);
      parameters.fill(9);
      expect(await trainer.evaluate({ part: 0, of: 1 })).toEqual(before);
    }
  });

  it("refuses to hand out an update that is not finite, and trains on after a load", async () => {
    const trainer = await trainerOf("mlp(16)");
    const options = { round: 1, steps: 4, batch: 8, rate: 1e30 };
    const failure = await trainer.localUpdate(options).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TrainingError);
    expect(String(failure)).toMatch(/expected a finite update, got (NaN|-?Infinity) in hidden\/weights/);
    await trainer.load(initialParameters(trainer.layout, 1));
    expect((await trainer.localUpdate({ ...options, rate: 0.1 })).delta.every(Number.isFinite)).toBe(true);
  });

  it("refuses parameters of another length and samples that it does not have", async () => {
    const trainer = await trainerOf("softmax");
    await expect(trainer.load(new Float32Array(3))).rejects.toThrow(new RangeError("expected 7850 parameters, got 3"));
    const parameters = new Float32Array(7850);
    await expect(trainer.gradientAt(parameters, Uint32Array.of(60))).rejects.toThrow("expected a sample below 60, got 60");
  });

  it("lets the network in between steps", async () => {
    const trainer = await trainerOf("softmax");
    const socket = createSocket("udp4");
    onTestFinished(() => void socket.close());
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    let arrived = 0;
    socket.on("message", () => {
      arrived += 1;
      if (arrived < 10) socket.send("again", socket.address().port, "127.0.0.1");
    });
    socket.send("first", socket.address().port, "127.0.0.1");
    await trainer.localUpdate({ round: 1, steps: 200, batch: 4, rate: 0.01 });
    expect(arrived).toBe(10);
  });

  it("carries out calls in their order, and ends those under way when it is disposed of", async () => {
    const trainer = await trainerOf("softmax");
    const parameters = initialParameters(trainer.layout, 1);
    const options = { round: 1, steps: 3, batch: 8, rate: 0.1 };
    const [first, , second] = await Promise.all([
      trainer.localUpdate(options),
      trainer.load(parameters),
      trainer.localUpdate(options),
    ]);
    expect([...second.delta]).toEqual([...first.delta]);
    const underWay = trainer.localUpdate({ ...options, steps: 10_000 });
    const waiting = trainer.evaluate({ part: 0, of: 1 });
    await Promise.resolve();
    trainer.dispose();
    await expect(underWay).rejects.toThrow(TrainingError);
    await expect(waiting).rejects.toThrow(TrainingError);
  });
});

function expectClose(got: Float32Array, expected: Float32Array): void {
  expect(Math.max(...got.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-5);
}

it("a trainer of pictures that are cropped and flipped gives one update for one seed, seat and round, another for another round, and tests them as they are", async () => {
  const moved = imageData({ ...glyphShape, train: drawCrowd(1, 0, 60), test: drawCrowd(1, 1, 35) }, { isAugmented: true });
  const updateOf = async (of: typeof data, round: number) => {
    const trainer = await createTrainer({ model: "softmax", seed: 1 }, of, 0, "wasm");
    onTestFinished(() => trainer.dispose());
    await trainer.load(initialParameters(trainer.layout, 1));
    const tested = await trainer.evaluate({ part: 0, of: 1 });
    return { tested, delta: (await trainer.localUpdate({ round, steps: 1, batch: 60, rate: 0.1 })).delta };
  };
  const [first, again, later, plain] = [
    await updateOf(moved, 1),
    await updateOf(moved, 1),
    await updateOf(moved, 2),
    await updateOf(data, 1),
  ];
  expect(again.delta).toEqual(first.delta);
  expect(later.delta).not.toEqual(first.delta);
  expect(plain.delta).not.toEqual(first.delta);
  expect(plain.tested).toEqual(first.tested);
});

describe.each(localOptimizers.map(({ example }) => example))("a trainer whose steps are those of %s", (local) => {
  const options = { steps: 4, batch: 16, rate: 0.01, proximal: 0.5 };
  const roundsOf = async (trainer: Trainer, rounds: readonly number[]): Promise<Float32Array[]> => {
    const deltas = [];
    for (const round of rounds) {
      await trainer.load(initialParameters(trainer.layout, 1));
      deltas.push((await trainer.localUpdate({ round, ...options })).delta);
    }
    return deltas;
  };

  it("learns: the loss of its samples falls", async () => {
    const trainer = await trainerOf("cnn", { local });
    const all = Uint32Array.from({ length: 60 }, (_, i) => i);
    const start = initialParameters(trainer.layout, 1);
    const before = (await trainer.gradientAt(start, all)).loss;
    await trainer.load(start);
    const { delta } = await trainer.localUpdate({ round: 1, steps: 40, batch: 30, rate: local === "sgd" ? 0.3 : 0.01 });
    const after = (
      await trainer.gradientAt(
        start.map((value, i) => value - delta[i]!),
        all,
      )
    ).loss;
    expect(after).toBeLessThan(0.7 * before);
  });

  it("gives the same bits again: another trainer in the same rounds, and the same one in a round that is repeated", async () => {
    const [one, other] = [await trainerOf("mlp(16)", { local }), await trainerOf("mlp(16)", { local })];
    const [first, second, again] = await roundsOf(one, [1, 2, 2]);
    expect(await roundsOf(other, [1, 2])).toEqual([first, second]);
    expect(again).toEqual(second);
  });

  it("frees all its tensors", async () => {
    await tf.setBackend("wasm");
    const before = tf.memory().numTensors;
    const trainer = await createTrainer({ model: "mlp(16)", seed: 1, local }, data, 0, "wasm");
    await roundsOf(trainer, [1, 2, 3, 4]);
    trainer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
