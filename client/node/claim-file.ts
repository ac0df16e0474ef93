import { open, readFile, rename, rm } from "node:fs/promises";
import { CheckpointError } from "../../shared/replica/checkpoint.ts";
import { codeOf } from "./disk-files.ts";
import { startMarkOf } from "./start-mark.ts";

/**
 * Claims a thing for this process by a lock file that holds the process's number and start time. The lock of a process that has
 * died is taken over, and so is one whose number belongs to another process by now.
 * @returns releases the lock
 * @throws {CheckpointError} (as a rejection) while another process has it
 * @throws {Error} (as a rejection) if the file cannot be written: then nothing is claimed
 */
export async function claimFile(path: string): Promise<() => Promise<void>> {
  const own = textOf({ pid: process.pid, mark: await startMarkOf(process.pid) });
  for (let attempts = 0; attempts < 3; attempts += 1) {
    if (await create(path, own)) return () => rm(path, { force: true });
    const holder = holderIn((await unlessGone(readFile(path, "utf8"))) ?? "");
    if (await isHeld(holder)) throw inUse(path, holder.pid);
    // Several processes may find the holder dead; one of them succeeds in moving its file away.
    const away = `${path}.${process.pid}`;
    await unlessGone(rename(path, away));
    await rm(away, { force: true });
  }
  throw inUse(path, 0);
}

interface Holder {
  readonly pid: number;
  /** Start mark of the process; null if it is not known. */
  readonly mark: string | null;
}

const textOf = ({ pid, mark }: Holder): string => (mark === null ? String(pid) : `${pid}\n${mark}\n`);

function holderIn(text: string): Holder {
  const [pid = "", mark = ""] = text.split("\n");
  return { pid: Number(pid), mark: mark === "" ? null : mark };
}

/** Whether that process still has the lock. */
async function isHeld({ pid, mark }: Holder): Promise<boolean> {
  if (!(pid > 0) || !isAlive(pid)) return false;
  const now = await startMarkOf(pid);
  // Without both marks the number alone decides; a lock with this process's own number was left by a dead one.
  return mark === null || now === null ? pid !== process.pid : mark === now;
}

/** Writes a new file; false if there is one. A file that cannot be written whole is removed again: a full disk still has room for an empty one. */
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

/** The result of a step; null if another process has removed the file meanwhile. */
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
  const advice = `if that is no peer of Copse, delete ${path}`;
  return new CheckpointError(`expected a checkpoint that no other peer uses, got one that ${whose} has; ${advice}`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return codeOf(cause) === "EPERM";
  }
}
