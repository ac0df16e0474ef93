import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** For a program of the system that says when another was started. */
const answerMs = 5_000;
const run = promisify(execFile);

/**
 * A text that no two processes have which had the same number, one after the other: when it was started. null where there is no such
 * process, or the system does not say.
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

/** Ticks since the machine was started, and which start that was: after another, numbers and ticks begin anew. */
async function markInProc(pid: number): Promise<string> {
  const [stat, boot] = await Promise.all([
    readFile(`/proc/${pid}/stat`, "utf8"),
    readFile("/proc/sys/kernel/random/boot_id", "utf8"),
  ]);
  // The second field is a name in brackets, which may have any characters in it; the start is the twenty-second.
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
