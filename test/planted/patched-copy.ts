import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** All that the command and the fast tests are made of. */
const sources = [
  "bench/measure",
  "cli",
  "client",
  "shared",
  "signaling-server",
  "test",
  "package.json",
  "tsconfig.base.json",
  "tsconfig.json",
  "vitest.config.ts",
];

/** The sources with a bug in them. */
export interface PatchedCopy {
  readonly folder: string;
  remove(): void;
}

/**
 * Copies the sources into a folder of its own and plants a bug there.
 * @param name of the patch in this folder
 * @throws {Error} naming the patch if it does not fit the sources any more
 */
export function patchedCopy(name: string): PatchedCopy {
  const parent = realpathSync(tmpdir());
  const folder = mkdtempSync(join(parent, "copse-planted-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  for (const source of sources) cpSync(join(root, source), join(folder, source), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "dir");
  try {
    // Outside of any repository, even where temporary folders are inside one.
    const env = { ...process.env, GIT_CEILING_DIRECTORIES: parent };
    execFileSync("git", ["apply", "-C1", join(root, "test/planted", `${name}.patch`)], { cwd: folder, env, stdio: "pipe" });
  } catch (cause) {
    remove();
    throw new Error(`expected ${name}.patch to fit the sources, got ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  return { folder, remove };
}
