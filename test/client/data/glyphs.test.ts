import { beforeAll, describe, expect, it } from "vitest";
import type { LabeledImages } from "../../../client/data/data-set.ts";
import { drawCrowd, drawFromPool, drawHeldOut, drawWriter, glyphShape } from "../../../client/data/glyphs.ts";
import { nodeBackends } from "../../../client/node/tensorflow.ts";
import { imageData, imageKind } from "../../../client/tasks/image-data.ts";
import { chooseBackend } from "../../../client/tfjs/choose-backend.ts";
import { createTrainer } from "../../../client/tfjs/create-trainer.ts";
import { trainingProbe } from "../../../client/tfjs/training-probe.ts";
import { initialParameters } from "../../../shared/run/initial-parameters.ts";
import { fingerprint } from "./fingerprint.ts";

const pixels = glyphShape.height * glyphShape.width;
const heldOut = drawHeldOut();

describe("drawn digits", () => {
  it("are the same bits for the same seed and others for another", () => {
    expect(fingerprint(drawWriter(3, 5, 20))).toBe(fingerprint(drawWriter(3, 5, 20)));
    expect(fingerprint(drawCrowd(3, 5, 20))).toBe(fingerprint(drawCrowd(3, 5, 20)));
    expect(fingerprint(drawWriter(3, 6, 20))).not.toBe(fingerprint(drawWriter(3, 5, 20)));
    expect(fingerprint(drawWriter(4, 5, 20))).not.toBe(fingerprint(drawWriter(3, 5, 20)));
  });

  it("hold ink between 0 and 1, some of each, and leave the paper's edge mostly white", () => {
    for (let i = 0; i < heldOut.labels.length; i += 1) {
      const image = heldOut.images.subarray(i * pixels, (i + 1) * pixels);
      expect(Math.min(...image)).toBe(0);
      expect(Math.max(...image)).toBeGreaterThan(0.9);
      expect(Math.max(...image)).toBeLessThanOrEqual(1);
      expect(image.reduce((sum, ink) => sum + ink, 0)).toBeGreaterThan(15);
      expect(image.subarray(0, glyphShape.width).filter((ink) => ink > 0).length).toBeLessThan(14);
    }
  });

  it("of a pool are the same whoever draws them", () => {
    const all = drawFromPool(7, Uint32Array.of(3, 14, 15, 92));
    const some = drawFromPool(7, Uint32Array.of(15, 14));
    expect(some.labels).toEqual(Uint8Array.of(5, 4));
    expect(some.images.subarray(0, pixels)).toEqual(all.images.subarray(2 * pixels, 3 * pixels));
    expect(some.images.subarray(pixels)).toEqual(all.images.subarray(pixels, 2 * pixels));
  });

  it("by one writer are more alike than those of a crowd", () => {
    expect(spread(drawWriter(1, 0, 400))).toBeLessThan(0.8 * spread(drawCrowd(1, 0, 400)));
  });

  it("are held out in a set of 1,000, balanced, that no run's seed changes", () => {
    expect(counts(heldOut.labels)).toEqual(new Array(10).fill(100));
    expect(fingerprint(drawHeldOut())).toBe(fingerprint(heldOut));
  });
});

describe("the held-out digits", () => {
  const train = drawCrowd(1, 0, 12_000);

  beforeAll(async () => {
    await chooseBackend(nodeBackends(), trainingProbe({ model: "softmax" }, imageKind(glyphShape)));
  });

  it("are too hard for class means: at most 75 % are nearest to their own", () => {
    const accuracy = nearestMeanAccuracy(train, heldOut);
    expect(accuracy).toBeLessThanOrEqual(0.75);
    expect(accuracy).toBeGreaterThan(0.5);
  });

  it("are too hard for softmax regression: at most 93 %, trained centrally on 12,000", async () => {
    const accuracy = await centralAccuracy("softmax", [0.1, 0.1, 0.03], 375);
    expect(accuracy).toBeLessThanOrEqual(0.93);
    expect(accuracy).toBeGreaterThan(0.8);
  });

  it("are learnt by a perceptron of 64: at least 97 %, trained centrally on 12,000", async () => {
    expect(await centralAccuracy("mlp(64)", [0.3, 0.3, 0.3, 0.3, 0.3, 0.1, 0.1, 0.05], 375)).toBeGreaterThanOrEqual(0.97);
  });

  async function centralAccuracy(model: string, rates: readonly number[], steps: number): Promise<number> {
    const trainer = await createTrainer({ model, seed: 1 }, imageData({ ...glyphShape, train, test: heldOut }), 0);
    await trainer.load(initialParameters(trainer.layout, 1));
    for (const [round, rate] of rates.entries()) await trainer.localUpdate({ round, steps, batch: 32, rate });
    const { sums, count } = await trainer.evaluate({ part: 0, of: 1 });
    trainer.dispose();
    return sums[1]! / count;
  }
});

function counts(labels: Uint8Array): number[] {
  const perClass = new Array<number>(10).fill(0);
  for (const label of labels) perClass[label]! += 1;
  return perClass;
}

/** Ten mean images, one after the other. */
function classMeans({ images, labels }: LabeledImages): Float64Array {
  const means = new Float64Array(10 * pixels);
  const perClass = counts(labels);
  for (let i = 0; i < labels.length; i += 1) {
    const label = labels[i]!;
    for (let p = 0; p < pixels; p += 1) means[label * pixels + p]! += images[i * pixels + p]! / perClass[label]!;
  }
  return means;
}

function squaredDistance(means: Float64Array, label: number, images: Float32Array, i: number): number {
  let sum = 0;
  for (let p = 0; p < pixels; p += 1) sum += (means[label * pixels + p]! - images[i * pixels + p]!) ** 2;
  return sum;
}

/** Mean squared distance of the samples from their class's mean. */
function spread(samples: LabeledImages): number {
  const means = classMeans(samples);
  let sum = 0;
  for (let i = 0; i < samples.labels.length; i += 1) sum += squaredDistance(means, samples.labels[i]!, samples.images, i);
  return sum / samples.labels.length;
}

function nearestMeanAccuracy(train: LabeledImages, test: LabeledImages): number {
  const means = classMeans(train);
  let correct = 0;
  for (let i = 0; i < test.labels.length; i += 1) {
    const distances = Array.from({ length: 10 }, (_, label) => squaredDistance(means, label, test.images, i));
    if (distances.indexOf(Math.min(...distances)) === test.labels[i]) correct += 1;
  }
  return correct / test.labels.length;
}
