import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeBackends } from "../../../client/node/tensorflow.ts";
import { orthogonalized } from "../../../client/optimizer/build/orthogonalized.ts";
import { LocalMemory } from "../../../client/optimizer/local-memory.ts";
import { localOf } from "../../../client/optimizer/local-of.ts";
import { localOptimizers } from "../../../client/optimizer/registry.ts";
import { seeded } from "../../../shared/base/random.ts";
import { expectRefusal } from "../../support/refusal.ts";
import { adamwReference, momentumReference, type Reference } from "./references.ts";

beforeAll(async () => {
  nodeBackends();
  await tf.setBackend("cpu");
});

const size = 12;
const rate = 0.05;

/** The steps that a text takes for a tensor of 3 × 4, each from the value that the steps before led to. */
async function steps(text: string, name: string, gradients: readonly (readonly number[])[]): Promise<number[][]> {
  const optimizer = (await localOf(text).build())!;
  const memory = new LocalMemory(optimizer, [{ name, shape: [3, 4] }]);
  let value = tf.tensor2d(start, [3, 4]);
  memory.begin(1);
  const taken: number[][] = [];
  for (const gradient of gradients) {
    const [step, next] = tf.tidy(() => {
      const [found] = memory.step([tf.tensor2d([...gradient], [3, 4])], [value], rate);
      return [found as tf.Tensor2D, tf.sub<tf.Tensor2D>(value, found!)];
    });
    taken.push([...(await step.data())]);
    tf.dispose([step, value]);
    value = next;
  }
  memory.dispose();
  value.dispose();
  return taken;
}

const start = Array.from({ length: size }, (_, i) => Math.cos(i));

function draws(count: number, seed = 1): number[][] {
  const rng = seeded(seed, "gradients");
  return Array.from({ length: count }, () => Array.from({ length: size }, () => rng.normal()));
}

const adamOptions = { beta1: 0.8, beta2: 0.95, epsilon: 0.01, decay: 0.3 };

describe.each<[text: string, tensor: string, reference: () => Reference]>([
  ["momentum(0.8)", "dense/weights", momentumReference(rate, 0.8, false)],
  ["momentum(0.8, nesterov=1)", "dense/weights", momentumReference(rate, 0.8, true)],
  ["adamw(0.8, 0.95, 0.01, decay=0.3)", "dense/weights", adamwReference(rate, adamOptions)],
  ["adamw(0.8, 0.95, 0.01, decay=0.3)", "dense/bias", adamwReference(rate, { ...adamOptions, decay: 0 })],
  ["muon(0.9, decay=0.3)", "embed/weights", adamwReference(rate, { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, decay: 0.3 })],
])("%s on %s", (text, tensor, reference) => {
  it("steps as the paper's equations do in float64", async () => {
    const gradients = draws(60);
    const next = reference();
    let value = [...start];
    for (const [i, step] of (await steps(text, tensor, gradients)).entries()) {
      const expected = next(gradients[i]!, value, i + 1);
      const largest = Math.max(...expected.map(Math.abs));
      for (const [j, one] of step.entries()) expect(Math.abs(one - expected[j]!)).toBeLessThan(1e-5 * largest);
      value = value.map((x, j) => x - step[j]!);
    }
  });
});

describe("muon", () => {
  it("finds a matrix whose columns or rows are orthonormal to 1e-2, of the same singular vectors", async () => {
    await fc.assert(
      // Twice as long as wide, at least: a least singular value below 0.003 of the norm is then too rare to be drawn.
      fc.asyncProperty(fc.integer({ min: 2, max: 12 }), fc.nat(12), fc.boolean(), fc.nat(), async (short, more, isTall, seed) => {
        const long = 2 * short + more;
        const [m, n] = isTall ? [long, short] : [short, long];
        const rng = seeded(seed, "matrix");
        const values = Float32Array.from({ length: m * n }, () => rng.normal() * 1e-3);
        const { deviation, symmetry, trace } = tf.tidy(() => {
          const x = tf.tensor2d(values, [m, n]);
          const u = orthogonalized(x);
          const gram = m > n ? tf.matMul(u, u, true, false) : tf.matMul(u, u, false, true);
          // UVᵀ of X = UΣVᵀ makes XᵀUVᵀ = VΣVᵀ symmetric.
          const product = m > n ? tf.matMul(x, u, true, false) : tf.matMul(u, x, false, true);
          const norm = tf.norm(product);
          return {
            deviation: tf.norm(tf.sub(gram, tf.eye(Math.min(m, n)))).dataSync()[0]! / Math.sqrt(Math.min(m, n)),
            // Σσ, and not its opposite.
            trace: tf.sum(tf.mul(product, tf.eye(Math.min(m, n)))).dataSync()[0]!,
            symmetry: tf.div(tf.norm(tf.sub(product, tf.transpose(product))), norm).dataSync()[0]!,
          };
        });
        expect(deviation).toBeLessThan(1e-2);
        expect(symmetry).toBeLessThan(1e-4);
        expect(trace).toBeGreaterThan(0);
      }),
      { numRuns: 60 },
    );
  });

  it("takes a step of 0.2√max(m, n) in each direction of a matrix, and none for a gradient of zero", async () => {
    const [first, second] = await steps("muon(0, decay=0)", "dense/weights", [draws(1)[0]!, new Array<number>(size).fill(0)]);
    // Three rows of four: three directions.
    expect(Math.sqrt(first!.reduce((sum, x) => sum + x * x, 0))).toBeCloseTo(rate * 0.2 * Math.sqrt(4) * Math.sqrt(3), 3);
    expect(second!.every((x) => x === 0)).toBe(true);
  });
});

describe("what a local optimizer remembers", () => {
  const gradient = (x: number): tf.Tensor => tf.tensor1d([x]);
  const made = async (): Promise<LocalMemory> =>
    new LocalMemory((await localOf("momentum(0.5)").build())!, [{ name: "x", shape: [1] }]);
  const stepOf = (memory: LocalMemory, x: number): number =>
    tf.tidy(() => memory.step([gradient(x)], [tf.scalar(0)], 1)[0]!.dataSync()[0]!);

  it("goes on from round to round", async () => {
    const memory = await made();
    memory.begin(1);
    expect(stepOf(memory, 8)).toBe(8);
    memory.end();
    memory.begin(2);
    expect(stepOf(memory, 0)).toBe(4);
    memory.end();
    memory.begin(7);
    expect(stepOf(memory, 0)).toBe(2);
    memory.dispose();
  });

  it("is that of the round before when a round is played again, or was broken off", async () => {
    const memory = await made();
    memory.begin(1);
    stepOf(memory, 8);
    memory.end();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      memory.begin(2);
      expect(stepOf(memory, 2)).toBe(6);
      if (attempt !== 1) memory.end();
    }
    memory.dispose();
  });

  it("takes no more tensors after a hundred rounds than after three, and none when it is disposed of", async () => {
    const before = tf.memory().numTensors;
    const memory = await made();
    const counts = new Set<number>();
    for (let round = 1; round <= 100; round += 1) {
      memory.begin(round);
      stepOf(memory, 1);
      stepOf(memory, 1);
      memory.end();
      if (round > 2) counts.add(tf.memory().numTensors);
    }
    expect([...counts]).toEqual([before + 2]);
    memory.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

it.each(localOptimizers.map(({ example }) => example))("%s builds", async (example) => {
  await expect(localOf(example).build()).resolves.not.toBeUndefined();
});

it.each([
  ["adam", 0, /expected a local optimizer \(sgd, momentum, adamw, muon\), got adam; did you mean adamw\?/],
  ["sgd(0.1)", 4, /sgd: expected no argument, got one more/],
  ["momentum(1)", 9, /momentum: a number from 0 to 0.999999, got 1/],
  ["muon(0.9) | sign", 12, /expected one local optimizer, got sign too/],
])("%j is refused at character %i with what was expected", (text, position, problem) => {
  expectRefusal(localOf, text, position, problem);
});
