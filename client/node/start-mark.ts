import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** Limit for the system program that says when a process was started. */
const answerMs = 5_000;
const run = promisify(execFile);

/**
 * When a process was started, as a text that tells it from any later process of the same number. null if there is no such process
 * or the system does not say.
 */
export async function startMarkOf(pid: number): Promise<string | null> {
  try {
    if (process.platform === "linux") return await markInProc(pid);
    const mark = process.platform === "win32" ? await markOnWindows(pid) : await markByPs(pid);
    return mark === "" ? null : mark;
  } catch {
    return null;
  }
}

/** Id of the machine's boot, and ticks from it to the process's start: a new boot begins numbers and ticks anew. */
async function markInProc(pid: number): Promise<string> {
  const [stat, boot] = await Promise.all([
    readFile(`/proc/${pid}/stat`, "utf8"),
    readFile("/proc/sys/kernel/random/boot_id", "utf8"),
  ]);
  // Field 2 is a name in brackets, which may hold any characters; the start is field 22.
  const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return `${boot.trim()} ${ticks}`;
}

async function markByPs(pid: number): Promise<string> {
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  const { stdout } = await run("ps", ["-o", "lstart=", "-p", String(pid)], { env, timeout: answerMs });
  return stdout.trim();
}

async function markOnWindows(pid: number): Promise<string> {
  const command = `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`;
  const { stdout } = await run("powershell", ["-NoProfile", "-Command", command], { timeout: answerMs, windowsHide: true });
  return stdout.trim();
}
