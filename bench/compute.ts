import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { measureSelect } from "../cli/bench.ts";
import { thisMachine } from "../cli/support/this-machine.ts";
import { checkpointRows } from "./measure/bench-checkpoint.ts";
import { kernelRows } from "./measure/bench-kernels.ts";
import { mergeRows } from "./measure/bench-merge.ts";
import { trainRows } from "./measure/bench-train.ts";
import { transferRows } from "./measure/bench-transfer.ts";
import { measureWire } from "./measure/bench-wire.ts";
import { hasTrainingImages } from "./measure/bench-wire-real.ts";

/** Writes the results of `copse bench`, or of the parts named, with machine and date. Each file has ratios of times measured in turns. */
const { machine, date } = thisMachine();
const folder = new URL("./results/", import.meta.url);
mkdirSync(folder, { recursive: true });

const parts: Readonly<Record<string, () => AsyncIterable<object>>> = {
  select: () => measureSelect({ isQuick: false }),
  merge: () => mergeRows({ isQuick: false }),
  kernels: () => kernelRows({ isQuick: false }),
  train: () => trainRows({ isQuick: false }),
  transfer: () => transferRows({ isQuick: false }),
  checkpoint: () => checkpointRows({ isQuick: false }),
  wire: wireRows,
};
const asked = process.argv.slice(2);
for (const [name, rows] of Object.entries(parts)) if (asked.length === 0 || asked.includes(name)) await record(name, rows());

/** Rows of `bench wire`, with real training if ../shared/data/mnist beside the clone has images. */
async function* wireRows(): AsyncGenerator<object> {
  const images = fileURLToPath(new URL("../../shared/data/mnist", import.meta.url));
  const rows: object[] = [];
  await measureWire({ quick: false, data: hasTrainingImages(images) ? images : null }, (row) => void rows.push(row));
  yield* rows;
}

async function record(name: string, rows: AsyncIterable<object>): Promise<void> {
  const lines: string[] = [];
  for await (const row of rows) {
    const line = JSON.stringify({ ...row, machine, date });
    process.stdout.write(`${line}\n`);
    lines.push(line);
  }
  writeFileSync(new URL(`${name}.ndjson`, folder), `${lines.join("\n")}\n`);
}
