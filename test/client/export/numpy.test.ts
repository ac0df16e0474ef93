import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, it, onTestFinished } from "vitest";
import { readFiles } from "../../../client/data/read-files.ts";
import { modelFiles } from "../../../client/export/model-files.ts";
import { inputFiles } from "../../../client/node/input-files.ts";
import { ownTaskData } from "../../../client/tasks/own-task-data.ts";
import { proposeRun } from "../../../client/tasks/propose-run.ts";
import { createTrainer } from "../../../client/tfjs/create-trainer.ts";
import { initialParameters } from "../../../shared/run/initial-parameters.ts";

const iris = new URL("../../../../shared/data/uci/iris.csv", import.meta.url).pathname;
const hasNumpy = spawnSync("python3", ["-c", "import numpy"]).status === 0;
const isMissing = !hasNumpy ? "needs python3 with numpy" : existsSync(iris) ? null : "needs the data sets beside the checkout";

/** Reads the file as its format says, and nothing else of Copse: z = (x − mean) / deviation, a ReLU, the greatest logit. */
const reader = `
import json, struct, sys
import numpy as np
blob = open(sys.argv[1], "rb").read()
(size,) = struct.unpack("<Q", blob[:8])
header = json.loads(blob[8:8 + size])
about = header.pop("__metadata__")
tensors = {}
for name, entry in header.items():
    start, end = entry["data_offsets"]
    tensors[name] = np.frombuffer(blob[8 + size + start:8 + size + end], "<f4").reshape(entry["shape"])
rows = np.array(json.load(open(sys.argv[2])))
x, labels = rows[:, :-1], rows[:, -1].astype(int)
mean, square = tensors["data/statistics"].reshape(2, -1).astype(float)
x = (x - mean) / np.sqrt(square - mean ** 2)
x = np.maximum(0, x @ tensors["hidden/weights"] + tensors["hidden/bias"])
x = x @ tensors["output/weights"] + tensors["output/bias"]
print(json.dumps({"accuracy": float((x.argmax(1) == labels).mean()), **about}))
`;

it.skipIf(isMissing !== null)(
  `numpy reads a trained model's safetensors and finds the same accuracy${isMissing === null ? "" : ` (${isMissing})`}`,
  async () => {
    tf.enableProdMode();
    await tf.setBackend("cpu");
    const files = await readFiles(await inputFiles(iris));
    const own = { files, label: null, asked: {}, take: null };
    const config = proposeRun(own);
    const data = await ownTaskData(config, own);
    const trainer = await createTrainer(config, data, 0);
    onTestFinished(() => trainer.dispose());
    const parameters = initialParameters(trainer.layout, config.seed);
    parameters.set(data.train.statistics, parameters.length - data.statistics);
    for (let round = 1; round <= 20; round += 1) {
      await trainer.load(parameters);
      const { delta } = await trainer.localUpdate({ round, steps: 20, batch: 16, rate: 0.1 });
      const update = delta as Float32Array;
      for (let i = 0; i < parameters.length - data.statistics; i += 1) parameters[i]! -= update[i]!;
    }
    await trainer.load(parameters);
    const { sums, count } = await trainer.evaluate({ part: 0, of: 1 });
    const folder = await mkdtemp(join(tmpdir(), "copse-numpy-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const saved = await modelFiles({ config, shape: data.shape, layout: trainer.layout, parameters, round: 20, hash: "ab" });
    await writeFile(join(folder, "model.safetensors"), saved.find(({ name }) => name === "model.safetensors")!.bytes);
    // Mean 0 and mean square 1: the rows as the file has them.
    const { inputs, targets } = data.test.gather(
      Uint32Array.from({ length: count }, (_, i) => i),
      { statistics: Float32Array.of(0, 0, 0, 0, 1, 1, 1, 1) },
    );
    const rows = Array.from(targets, (label, i) => [...inputs.subarray(4 * i, 4 * i + 4), label]);
    await writeFile(join(folder, "rows.json"), JSON.stringify(rows));
    await writeFile(join(folder, "read.py"), reader);
    const said = execFileSync("python3", [join(folder, "read.py"), join(folder, "model.safetensors"), join(folder, "rows.json")]);
    const { accuracy, ...about } = JSON.parse(String(said)) as Record<string, unknown>;
    expect(about).toEqual({
      format: "copse",
      task: "table",
      model: config.model,
      schema: config.schema,
      rounds: "20",
      hash: "ab",
    });
    expect(accuracy).toBeCloseTo(sums[1]! / count, 12);
    expect(accuracy).toBeGreaterThan(0.9);
  },
);
