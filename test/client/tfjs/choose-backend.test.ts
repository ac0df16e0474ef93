import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { glyphShape } from "../../../client/data/glyphs.ts";
import { nodeBackends } from "../../../client/node/tensorflow.ts";
import { imageKind } from "../../../client/tasks/image-data.ts";
import { type BackendCandidate, chooseBackend, type StepResult } from "../../../client/tfjs/choose-backend.ts";
import type { BackendName } from "../../../client/tfjs/on-backend.ts";
import { TrainingError } from "../../../client/tfjs/training-error.ts";
import { trainingProbe } from "../../../client/tfjs/training-probe.ts";
import { createVirtualClock } from "../../../shared/simulation/network/virtual-clock.ts";

const candidates = nodeBackends();
const step = trainingProbe({ model: "mlp(8)" }, imageKind(glyphShape));

/** The real step, spoilt on wasm only. */
function spoilt(spoil: (result: StepResult) => StepResult): (backend: BackendName) => Promise<StepResult> {
  return async (backend) => {
    const result = await step(backend);
    return backend === "wasm" ? spoil(result) : result;
  };
}

describe("chooseBackend", () => {
  it.each(["softmax", "mlp(8)", "cnn"] as const)("takes wasm in Node for a %s, and leaves tfjs on it", async (model) => {
    const choice = await chooseBackend(candidates, trainingProbe({ model }, imageKind(glyphShape)));
    expect(choice).toEqual({ name: "wasm", passedOver: [] });
    expect(tf.getBackend()).toBe("wasm");
  });

  it("passes over a backend that computes zeros in silence, and says by how much it is off", async () => {
    const zeros = spoilt(({ loss, gradient }) => ({ loss, gradient: gradient.map(() => 0) }));
    const { name, passedOver } = await chooseBackend(candidates, zeros);
    expect(name).toBe("cpu");
    expect(tf.getBackend()).toBe("cpu");
    expect(passedOver.map(({ reason }) => reason)).toEqual([
      "wasm: its gradient differs from the cpu's by 100 % (at most 1 % is rounding)",
    ]);
  });

  it("passes over a gradient 2 % off, one that is not a number or cut short, and a loss 1 % off", async () => {
    const faults: ((result: StepResult) => StepResult)[] = [
      ({ loss, gradient }) => ({ loss, gradient: gradient.map((value) => 1.02 * value) }),
      ({ loss, gradient }) => ({ loss, gradient: gradient.with(0, Number.NaN) }),
      ({ loss, gradient }) => ({ loss, gradient: gradient.subarray(1) }),
      ({ loss, gradient }) => ({ loss: 1.01 * loss, gradient }),
      ({ gradient }) => ({ loss: Number.NaN, gradient }),
    ];
    for (const fault of faults) expect((await chooseBackend(candidates, spoilt(fault))).name).toBe("cpu");
  });

  it("takes a fast one for data of one class, of which there is nothing to learn, and no other", async () => {
    const one = trainingProbe({ model: "mlp(8)" }, imageKind({ ...glyphShape, classes: 1 }));
    expect(await chooseBackend(candidates, one)).toEqual({ name: "wasm", passedOver: [] });
    const zeros = async (backend: BackendName): Promise<StepResult> => {
      const result = await one(backend);
      return backend === "wasm" ? { ...result, gradient: result.gradient.map(() => 0) } : result;
    };
    expect((await chooseBackend(candidates, zeros)).name).toBe("cpu");
    const nothing = async (): Promise<StepResult> => ({ loss: 0, gradient: new Float32Array(8) });
    expect(await chooseBackend(candidates, nothing)).toEqual({ name: "wasm", passedOver: [] });
  });

  it("puts up with rounding", async () => {
    const rounded = spoilt(({ loss, gradient }) => ({ loss: 1.0001 * loss, gradient: gradient.map((value) => 1.002 * value) }));
    expect((await chooseBackend(candidates, rounded)).name).toBe("wasm");
  });

  it("says why a backend cannot be tried, does not start or throws", async () => {
    const unusable: BackendCandidate[] = [
      { name: "webgpu", obstacle: async () => "this browser has no WebGPU" },
      { name: "webgl" },
      ...candidates,
    ];
    const throwing = spoilt(() => {
      throw new Error("Kernel 'Conv2DBackpropFilter' not registered");
    });
    const { name, passedOver } = await chooseBackend(unusable, throwing);
    expect(name).toBe("cpu");
    expect(passedOver.map(({ reason }) => reason)).toEqual([
      "webgpu: not available because this browser has no WebGPU",
      expect.stringMatching(/^webgl: /),
      "wasm: a training step failed (Kernel 'Conv2DBackpropFilter' not registered)",
    ]);
  });

  it("brings the code of those that it tries and of the cpu, which judges them, and of no other", async () => {
    const brought: string[] = [];
    const load = async (name: string): Promise<void> => void brought.push(name);
    const { name } = await chooseBackend(
      [
        { name: "webgpu", load: () => load("webgpu"), obstacle: async () => "this browser has no WebGPU" },
        { name: "webgl", load: () => Promise.reject(new Error("Failed to fetch")) },
        { name: "wasm", load: () => load("wasm") },
        { name: "cpu", load: () => load("cpu") },
      ],
      step,
    );
    expect(name).toBe("wasm");
    expect(new Set(brought)).toEqual(new Set(["wasm", "cpu"]));
  });

  it("refuses, with every reason, when none is left", async () => {
    const none = chooseBackend([{ name: "webgpu", obstacle: async () => "this browser has no WebGPU" }], step);
    await expect(none).rejects.toThrow(TrainingError);
    await expect(none).rejects.toThrow("got none (webgpu: not available because this browser has no WebGPU)");
  });

  it("passes over, in a sentence, a driver that gives no answer, be it for an adapter or a device", async () => {
    const clock = createVirtualClock(() => new Promise((resolve) => void setImmediate(resolve)));
    const never = new Promise<never>(() => {});
    const limited = trainingProbe({ model: "mlp(8)" }, imageKind(glyphShape), clock);
    const adapter = chooseBackend([{ name: "webgpu", obstacle: () => never }, ...candidates], limited, clock);
    await clock.advance(10_000);
    expect((await adapter).passedOver).toEqual([{ name: "webgpu", reason: "webgpu: it gave no answer within 10 s" }]);

    let start = (_backend: tf.KernelBackend): void => {};
    tf.registerBackend("webgpu", () => new Promise<tf.KernelBackend>((resolve) => (start = resolve)));
    const device = chooseBackend([{ name: "webgpu" }, ...candidates], limited, clock);
    await clock.advance(60_000);
    expect(await device).toEqual({
      name: "wasm",
      passedOver: [{ name: "webgpu", reason: "webgpu: it gave no answer within 60 s" }],
    });
    // One that starts after all does not take the place of the one that is in use.
    start(tf.backend());
    await new Promise((resolve) => void setImmediate(resolve));
    expect(tf.getBackend()).toBe("wasm");
    expect(await step("wasm")).toEqual(await step("wasm"));
  });

  it("passes over, in a sentence, a backend whose code does not come, and one whose step does not end", async () => {
    const clock = createVirtualClock(() => new Promise((resolve) => void setImmediate(resolve)));
    const never = new Promise<never>(() => {});
    const limited = trainingProbe({ model: "mlp(8)" }, imageKind(glyphShape), clock);
    const code = chooseBackend([{ name: "webgl", load: () => never }, ...candidates], limited, clock);
    await clock.advance(30_000);
    expect((await code).passedOver).toEqual([{ name: "webgl", reason: "webgl: it gave no answer within 30 s" }]);

    let isAsked = (): void => {};
    const asked = new Promise<void>((resolve) => (isAsked = resolve));
    const read = (): Promise<never> => {
      isAsked();
      return never;
    };
    tf.copyRegisteredKernels("cpu", "webgl");
    tf.registerBackend("webgl", () => Object.assign(new MathBackendCPU(), { read }));
    onTestFinished(() => tf.removeBackend("webgl"));
    const choice = chooseBackend([{ name: "webgl" }, ...candidates], limited, clock);
    await asked;
    await clock.advance(120_000);
    expect(await choice).toEqual({
      name: "wasm",
      passedOver: [{ name: "webgl", reason: "webgl: it gave no answer within 120 s" }],
    });
  });

  it("leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    await chooseBackend(candidates, step);
    expect(tf.memory().numTensors).toBe(before);
  });
});
