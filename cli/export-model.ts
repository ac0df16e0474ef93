import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FinishedRun } from "../client/export/finished-run.ts";
import { modelFiles } from "../client/export/model-files.ts";
import { currentBackend, onBackend } from "../client/tfjs/on-backend.ts";
import { bytesOf } from "../shared/base/hash.ts";

/**
 * Writes a model into a folder of its own: `parameters.f32`, little-endian float32, in the order that `layout.json` gives; then what
 * others read, `model.json` with `weights.bin`, and `model.safetensors`.
 */
export async function exportModel(run: FinishedRun, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "parameters.f32"), bytesOf(run.parameters));
  await writeFile(join(folder, "layout.json"), `${JSON.stringify(run.layout, null, 2)}\n`);
  for (const { name, bytes } of await onBackend(currentBackend(), () => modelFiles(run)))
    await writeFile(join(folder, name), bytes);
}
