import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { CheckpointError } from "../../shared/training/checkpoint.ts";
import { codeOf } from "./disk-files.ts";

/**
 * Makes this process the only one to have something, by a file with its number in it. That of a process that has died is taken over.
 * @returns lets go of it
 * @throws {CheckpointError} (as a rejection) while another process has it
 */
export async function claimFile(path: string): Promise<() => Promise<void>> {
  for (let attempts = 0; attempts < 3; attempts += 1) {
    try {
      await writeFile(path, String(process.pid), { flag: "wx" });
      return () => rm(path, { force: true });
    } catch (cause) {
      if (codeOf(cause) !== "EEXIST") throw cause;
    }
    const holder = Number(await readFile(path, "utf8").catch(() => ""));
    if (holder > 0 && holder !== process.pid && isAlive(holder)) throw inUse(path, holder);
    // Of several that find it dead one gets to move it away.
    const away = `${path}.${process.pid}`;
    await rename(path, away).catch(() => {});
    await rm(away, { force: true });
  }
  throw inUse(path, 0);
}

function inUse(path: string, holder: number): CheckpointError {
  const whose = holder > 0 ? `process ${holder}` : "another process";
  return new CheckpointError(`expected a checkpoint that no other peer uses, got one that ${whose} has (${path})`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return codeOf(cause) === "EPERM";
  }
}
