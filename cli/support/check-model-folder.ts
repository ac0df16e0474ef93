import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ExportError } from "../../client/export/export-error.ts";
import { parseManifest, weightPaths } from "../../client/export/manifest.ts";
import { UsageError } from "./exit.ts";

/**
 * Checks that a folder has a model.json and the weight files that it names, before the server starts. A folder that cannot be read is left
 * to the server, which reports it.
 * @throws {UsageError} (as a rejection) saying what is missing
 */
export async function checkModelFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => null);
  if (names === null) return;
  if (!names.includes("model.json"))
    throw new UsageError(
      `--model: expected a folder with model.json, got ${names.slice(0, 8).join(", ") || "no file"} in ${folder}`,
    );
  try {
    const missing = weightPaths(parseManifest(await readFile(join(folder, "model.json"), "utf8"))).find(
      (path) => !names.includes(path),
    );
    if (missing !== undefined) throw new ExportError(`model.json: expected the weight file ${missing} that it names, got none`);
  } catch (cause) {
    if (!(cause instanceof ExportError)) throw cause;
    throw new UsageError(`--model: ${cause.message}`, { cause });
  }
}
