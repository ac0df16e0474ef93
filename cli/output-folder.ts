import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import type { TypedOptions } from "./support/config-options.ts";
import { UsageError } from "./support/exit.ts";

/**
 * The folder that an option names, made before the run, since a mistake found at its end would cost the result. null: no such option.
 * @throws {UsageError} (as a rejection) if it cannot be made or written to
 */
export async function outputFolderOf(typed: TypedOptions, option: "export" | "trace"): Promise<string | null> {
  const folder = typed[option];
  if (typeof folder !== "string") return null;
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return folder;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === "EEXIST" || code === "ENOTDIR" ? "which is a file or lies in one" : message;
    throw new UsageError(`--${option}: expected a folder that can be written to, got ${folder}, ${reason}`, { cause });
  }
}
