import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** A run of the command line, from a folder that is not the clone's. */
export interface CopseRun {
  /** The first JSON line of this type, come or yet to come, that fits. */
  line(type: string, fits?: (line: JsonLine) => boolean): Promise<JsonLine>;
  /** All JSON lines that have come. */
  readonly lines: readonly JsonLine[];
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
  readonly process: ChildProcessWithoutNullStreams;
}

export type JsonLine = Readonly<Record<string, unknown>>;

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
const loader = new URL("../../node_modules/tsx/dist/loader.mjs", import.meta.url).href;

/** Runs `copse` with arguments that make it print JSON lines; it is killed when the test ends. */
export function runCopse(...args: readonly string[]): CopseRun {
  const child = spawn(process.execPath, ["--import", loader, main, ...args], { cwd: tmpdir() });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines: JsonLine[] = [];
  const wishes = new Set<() => void>();
  createInterface({ input: child.stdout }).on("line", (text) => {
    lines.push(JSON.parse(text) as JsonLine);
    for (const wish of [...wishes]) wish();
  });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += String(chunk);
  });
  return {
    process: child,
    lines,
    ended: once(child, "close").then(([code]) => ({ code: code as number | null, stderr })),
    line: (type, fits = () => true) =>
      new Promise((resolve) => {
        const wish = (): void => {
          const found = lines.find((line) => line["type"] === type && fits(line));
          if (found === undefined) return;
          wishes.delete(wish);
          resolve(found);
        };
        wishes.add(wish);
        wish();
      }),
  };
}

/** What `copse` prints with these arguments, errors first, each space a plain one; and its exit code. */
export function copseText(...args: readonly string[]): Promise<{ readonly text: string; readonly code: number }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["--import", loader, main, ...args], { cwd: tmpdir() }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code);
      resolve({ text: (stderr + stdout).replace(/[\u00a0\u202f\u2009]/g, " "), code });
    });
  });
}
