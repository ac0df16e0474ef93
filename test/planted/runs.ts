import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** Of the clone. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

const loader = new URL("../../node_modules/tsx/dist/loader.mjs", import.meta.url).href;
const vitest = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));

/** What `copse simulate --json` printed. */
export interface Outcome {
  readonly failures: readonly { readonly seed: number; readonly what: string; readonly replay: string }[];
  readonly summary: Readonly<Record<string, number>>;
}

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
async function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env): Promise<Run> {
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on("data", (chunk) => {
    stderr += String(chunk);
  });
  const [code] = await once(child, "close");
  return { code, stdout, stderr };
}

/** `copse simulate` of the sources in a folder. @throws {Error} if it did not get to its summary */
export async function simulated(folder: string, args: readonly string[]): Promise<Outcome> {
  const { code, stdout, stderr } = await run(
    process.execPath,
    ["--import", loader, "cli/main.ts", "simulate", ...args, "--json"],
    folder,
  );
  const lines = stdout.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line)] : []));
  const summary = lines.find(({ type }) => type === "summary");
  if (summary === undefined) throw new Error(`expected a summary, got exit code ${code}: ${stderr}`);
  return { failures: lines.filter(({ type }) => type === "failure"), summary };
}

/** A command as it was printed, typed into a shell where `copse` is the command of the sources in a folder. */
export function typed(folder: string, command: string): Promise<Run> {
  return run("sh", ["-c", `copse() { "${process.execPath}" --import "${loader}" cli/main.ts "$@"; }; ${command}`], folder);
}

/** Runs the laws of a unit test or a simulation whose names contain a text, on the sources in a folder; returns the full names of those that fail. */
export async function failedLaws(folder: string, file: string, law: string): Promise<string[]> {
  const pattern = law.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const args = [vitest, "run", "--project", "unit", "--project", "simulation", file, "-t", pattern, "--reporter", "json"];
  // As many histories as the run of seeds has.
  const { stdout, stderr } = await run(process.execPath, args, folder, { ...process.env, COPSE_HISTORIES: "20000" });
  const start = stdout.indexOf('{"');
  if (start < 0) throw new Error(`expected results of ${file}, got: ${stdout} ${stderr}`);
  const results: { testResults: { assertionResults: { status: string; fullName: string }[] }[] } = JSON.parse(
    stdout.slice(start),
  );
  return results.testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === "failed").map(({ fullName }) => fullName),
  );
}
