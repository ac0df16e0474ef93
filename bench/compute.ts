import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { tensorflowIfThere } from "../cli/bench.ts";
import { mergeRows } from "../cli/bench-merge.ts";
import { benchLengths, selectRows } from "../cli/bench-select.ts";
import { trainRows } from "../cli/bench-train.ts";
import { transferRows } from "../cli/bench-transfer.ts";
import { measureWire } from "../cli/bench-wire.ts";
import { hasTrainingImages } from "../cli/bench-wire-real.ts";

/** What `copse bench` measures, with machine and date. Each file has ratios of times that were taken in turns. */
const machine = `${cpus()[0]?.model ?? "unknown"} × ${cpus().length}, Node ${process.version}`;
const date = new Date().toISOString().slice(0, 10);
const folder = new URL("./results/", import.meta.url);
mkdirSync(folder, { recursive: true });

await record("select", selectRows({ lengths: benchLengths, tensorflow: await tensorflowIfThere() }));
await record("merge", mergeRows({ isQuick: false }));
await record("train", trainRows({ isQuick: false }));
await record("transfer", transferRows({ isQuick: false }));
await record("wire", wireRows());

/** The images are looked for in ../shared/data/mnist, beside the clone. */
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
