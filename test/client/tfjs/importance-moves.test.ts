import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { drawCrowd, glyphShape } from "../../../client/data/glyphs.ts";
import { nodeBackends } from "../../../client/node/tensorflow.ts";
import { imageData, imageKind } from "../../../client/tasks/image-data.ts";
import { chooseBackend } from "../../../client/tfjs/choose-backend.ts";
import { createTrainer } from "../../../client/tfjs/create-trainer.ts";
import { trainingProbe } from "../../../client/tfjs/training-probe.ts";
import { createContexts } from "../../../shared/compress/context.ts";
import { schemeOf } from "../../../shared/compress/text/scheme-of.ts";
import { askedGradient } from "../../../shared/peer/asked-gradient.ts";
import { initialParameters } from "../../../shared/run/initial-parameters.ts";
import { zeroUpdate } from "../../../shared/vector/update.ts";

const config = { model: "cnn", local: "sgd", seed: 1, batch: 32 } as const;
const data = imageData({ ...glyphShape, train: drawCrowd(1, 0, 200), test: drawCrowd(1, 1, 20) });

beforeAll(async () => {
  await chooseBackend(nodeBackends(), trainingProbe({ model: "softmax" }, imageKind(glyphShape)));
});

/** Mean |w − 1| over the tensors whose weights are learned, after one refresh on the convolutional network, trained for ten steps before. */
async function meanMoved(scheme: string): Promise<number> {
  const trainer = await createTrainer(config, data, 0, "wasm");
  onTestFinished(() => trainer.dispose());
  const { layout } = trainer;
  const parameters = initialParameters(layout, config.seed);
  const update = async (round: number): Promise<Float32Array> => {
    await trainer.load(parameters);
    return (await trainer.localUpdate({ round, steps: 1, batch: config.batch, rate: 0.3 })).delta;
  };
  for (let round = 1; round <= 10; round += 1) for (const [i, value] of (await update(round)).entries()) parameters[i]! -= value;
  const round = 11;
  const { encode, init } = schemeOf(scheme);
  const { local, replicated } = init(layout);
  const context = createContexts({ seed: config.seed, seat: 0, parameters: () => parameters })({
    ...{ layout, round, weight: 1, members: 1 },
  });
  const encoding = encode(await update(round), local, replicated, context);
  let next = encoding.next();
  while (next.done !== true && next.value.kind === "gradient")
    next = encoding.next({
      kind: "gradient",
      gradient: await askedGradient(next.value, { trainer, config, seat: 0, round, parameters }),
    });
  if (next.done === true || next.value.kind !== "reduce") throw new Error("expected a sum after the gradients");
  const end = encoding.next({ kind: "reduced", total: next.value.update, rest: zeroUpdate(layout.length) });
  if (end.done !== true) throw new Error("expected one sum");
  const weights = end.value.local["weights"] as Float32Array;
  const learned = layout.tensors.filter(({ name }) => !/bias|norm|embed/.test(name));
  const moved = learned.flatMap(({ offset, size }) => [...weights.subarray(offset, offset + size)].map((w) => Math.abs(w - 1)));
  return moved.reduce((sum, one) => sum + one, 0) / moved.length;
}

describe("importance on a convolutional network", () => {
  it.each(["impk(1%, cube=[0, 2])", "impk(1%, cube=[0, 2], steps=50)", "impk(1%)"])(
    "%s learns weights that differ from 1 by more than 0.1 in the mean, at its default step",
    async (scheme) => {
      const moved = await meanMoved(scheme);
      expect(moved).toBeGreaterThan(0.1);
      expect(moved).toBeLessThan(1);
    },
  );
});
