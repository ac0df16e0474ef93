import { open, readFile, rename, rm } from "node:fs/promises";
import { CheckpointError } from "../../shared/training/checkpoint.ts";
import { codeOf } from "./disk-files.ts";

/**
 * Makes this process the only one to have something, by a file with its number in it. That of a process that has died is taken over.
 * @returns lets go of it
 * @throws {CheckpointError} (as a rejection) while another process has it
 * @throws {Error} (as a rejection) if the disk does not let it: nothing is claimed then
 */
export async function claimFile(path: string): Promise<() => Promise<void>> {
  for (let attempts = 0; attempts < 3; attempts += 1) {
    if (await create(path, String(process.pid))) return () => rm(path, { force: true });
    const holder = Number((await unlessGone(readFile(path, "utf8"))) ?? "");
    if (holder > 0 && holder !== process.pid && isAlive(holder)) throw inUse(path, holder);
    // Of several that find it dead one gets to move it away.
    const away = `${path}.${process.pid}`;
    await unlessGone(rename(path, away));
    await rm(away, { force: true });
  }
  throw inUse(path, 0);
}

/** False if there is one. What cannot be written whole is taken away again, for on a full disk an empty file has room. */
async function create(path: string, text: string): Promise<boolean> {
  const file = await open(path, "wx").catch((cause) => {
    if (codeOf(cause) === "EEXIST") return null;
    throw cause;
  });
  if (file === null) return false;
  try {
    await file.writeFile(text);
  } catch (cause) {
    await rm(path, { force: true });
    throw cause;
  } finally {
    await file.close();
  }
  return true;
}

/** null if another process took it away meanwhile. */
async function unlessGone<T>(step: Promise<T>): Promise<T | null> {
  try {
    return await step;
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return null;
    throw cause;
  }
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
