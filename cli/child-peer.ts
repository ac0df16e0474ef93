import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ClientReport } from "../client/peer/client-report.ts";
import type { FinalReport } from "./final-report.ts";

/** Lines kept of what a peer says outside its reports: enough to see why it failed. */
const lastWordsLines = 12;

/** Time for a peer that was let go of to leave; then its process is killed. */
const dismissMs = 5_000;

/** A headless peer in a process of its own. */
export interface ChildPeer {
  readonly name: string;
  /** Number of its process; undefined if that could not be started. */
  readonly pid: number | undefined;
  /** Its final report; null if it ended without one. */
  readonly ended: Promise<FinalReport | null>;
  /** "SIGKILL", "exit code 1"; null while it runs. */
  readonly exit: string | null;
  /** What it last said on standard error, for the person when it failed. */
  lastWords(): string;
  /** Lets go of it: it leaves the room and ends. */
  dismiss(): Promise<void>;
}

/** Starts `copse peer` with these arguments, by the same Node; from a clone, through tsx. */
export function startChildPeer(name: string, args: readonly string[], onReport: (report: ClientReport) => void): ChildPeer {
  const isSource = import.meta.url.endsWith(".ts");
  const entry = fileURLToPath(new URL(isSource ? "./main.ts" : "./main.js", import.meta.url));
  // Resolved from here, not from the folder in which the person is.
  const loader = isSource ? ["--import", import.meta.resolve("tsx")] : [];
  const child = spawn(process.execPath, [...loader, entry, "peer", "--json", ...args], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const words: string[] = [];
  const listen = (line: string): void => {
    words.push(line);
    if (words.length > lastWordsLines) words.shift();
  };
  const errors = createInterface({ input: child.stderr! }).on("line", listen);
  // Ended once its last words have been read, too. A process that could not be started has only these.
  const exited = Promise.all([once(child, "exit"), once(errors, "close")]).catch((error: Error) => listen(error.message));
  const ended = finalReportOf(child, { onReport, listen, exited });
  return {
    name,
    pid: child.pid,
    ended,
    get exit() {
      return child.signalCode ?? (child.exitCode === null ? null : `exit code ${child.exitCode}`);
    },
    lastWords: () => words.join("\n"),
    async dismiss() {
      if (child.connected) child.disconnect();
      // Ends it, too, while it is still loading and does not listen; once it listens, it leaves politely on either.
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), dismissMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

interface Ears {
  readonly onReport: (report: ClientReport) => void;
  /** For what is no report. */
  readonly listen: (line: string) => void;
  readonly exited: Promise<unknown>;
}

async function finalReportOf(child: ChildProcess, { onReport, listen, exited }: Ears): Promise<FinalReport | null> {
  const final = new Promise<FinalReport>((resolve) => {
    createInterface({ input: child.stdout! }).on("line", (line) => {
      const report = reportIn(line);
      if (report === null) listen(line);
      else if (report.type === "final") resolve(report);
      else onReport(report);
    });
  });
  return Promise.race([final, exited.then(() => null)]);
}

/** null for a line that is no report: a library's remark, or one that was cut short when the process was killed. */
function reportIn(line: string): ClientReport | FinalReport | null {
  try {
    return JSON.parse(line) as ClientReport | FinalReport;
  } catch {
    return null;
  }
}
