import { drawWriter, glyphShape } from "../../client/data/glyphs.ts";
import { nodeBackends } from "../../client/node/tensorflow.ts";
import { imageData } from "../../client/tasks/image-data.ts";
import { createTrainer } from "../../client/tfjs/create-trainer.ts";
import { failoverTrainer } from "../../client/tfjs/failover-trainer.ts";
import type { Trainer } from "../../shared/run/trainer.ts";
import type { Delta } from "../../shared/vector/device-vector.ts";
import { contract } from "./contract.ts";
import { trainerLaws } from "./trainer-laws.ts";

nodeBackends();
const data = imageData({ ...glyphShape, train: drawWriter(1, 0, 40), test: drawWriter(1, 1, 20) });
const config = { model: "softmax", seed: 1 } as const;

/** Trainers in this process, disposed of in the end. */
function onTfjs(name: string, make: () => Promise<Trainer<Delta>>): void {
  contract(name, trainerLaws, () => {
    const all: Trainer<Delta>[] = [];
    return {
      async make() {
        const trainer = await make();
        all.push(trainer);
        return trainer;
      },
      read: async (delta) => delta as Float32Array,
      keepsUpdates: true,
      scale: 0.25,
      wait: (promise) => promise,
      async close() {
        for (const trainer of all) trainer.dispose();
      },
    };
  });
}

for (const backend of ["wasm", "cpu"] as const)
  onTfjs(`a trainer on tfjs's ${backend}`, () => createTrainer(config, data, 2, backend));

const stays = new Promise<string>(() => {});
onTfjs("a trainer that outlives its device, which stays", async () =>
  failoverTrainer({ trainer: await createTrainer(config, data, 2, "wasm"), lost: stays }, () =>
    Promise.reject(new Error("expected the device to stay")),
  ),
);

onTfjs("a trainer that has outlived its device", async () => {
  const lost = await createTrainer(config, data, 2, "wasm");
  lost.dispose();
  return failoverTrainer({ trainer: lost, lost: Promise.resolve("unplugged") }, async () => ({
    trainer: await createTrainer(config, data, 2, "wasm"),
    lost: stays,
  }));
});
