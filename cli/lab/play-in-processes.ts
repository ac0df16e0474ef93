import { spawn } from "node:child_process";
import { once } from "node:events";
import { ownCommand } from "../support/own-command.ts";
import { type LabRow, rowSchema } from "./lab-row.ts";

/**
 * Plays runs of a file (the first of `args`), by their numbers, each in a process of its own, so many at a time; tells each row as it comes.
 * @throws {Error} (as a rejection) with a process's last words, if one ends without a row; the others are ended, too
 */
export async function playInProcesses(
  args: readonly string[],
  numbers: readonly number[],
  processes: number,
  onRow: (row: LabRow) => void,
): Promise<void> {
  const queue = [...numbers];
  const running = new Set<ReturnType<typeof spawn>>();
  const work = async (): Promise<void> => {
    for (let number = queue.shift(); number !== undefined; number = queue.shift()) onRow(await rowOf(args, number, running));
  };
  try {
    await Promise.all(Array.from({ length: processes }, work));
  } finally {
    queue.length = 0;
    for (const child of running) child.kill();
  }
}

async function rowOf(args: readonly string[], number: number, running: Set<ReturnType<typeof spawn>>): Promise<LabRow> {
  const own = ownCommand(["lab", "run", ...args, "--cell", String(number)]);
  const child = spawn(own.command, own.args, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  running.add(child);
  let [text, words] = ["", ""];
  child.stdout!.on("data", (chunk) => {
    text += String(chunk);
  });
  child.stderr!.on("data", (chunk) => {
    words += String(chunk);
  });
  const [code] = (await once(child, "close")) as [number | null];
  running.delete(child);
  if (code !== 0) throw new Error(`run ${number} ended before its end: ${words.trim() || "it said nothing"}`);
  return rowSchema.parse(JSON.parse(text)) as unknown as LabRow;
}
