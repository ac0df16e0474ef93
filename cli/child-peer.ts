import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { ClientReport } from "../client/peer/client-report.ts";
import type { FinalReport } from "./final-report.ts";
import { ownCommand } from "./support/own-command.ts";
import { printAside } from "./support/terminal.ts";

/** Lines of standard error that are kept: enough to see why a peer failed. */
const lastWordsLines = 12;

/** Time for a dismissed peer to leave; then its process is killed. */
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
  /** The last lines of its standard error. */
  lastWords(): string;
  /** Makes the peer leave the room and end. */
  dismiss(): Promise<void>;
}

/** Starts `copse peer` with these arguments. */
export function startChildPeer(name: string, args: readonly string[], onReport: (report: ClientReport) => void): ChildPeer {
  const own = ownCommand(["peer", "--json", ...args]);
  const child = spawn(own.command, own.args, {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const words: string[] = [];
  const listen = (line: string): void => {
    words.push(line);
    if ((process.env["COPSE_DEBUG"] ?? "") !== "") printAside(line);
    if (words.length > lastWordsLines) words.shift();
  };
  const errors = createInterface({ input: child.stderr! }).on("line", listen);
  // The end waits until standard error is read to its end. A process that could not be started has nothing else.
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
      // While the peer is still loading, only the signal ends it; later it leaves the room on either.
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), dismissMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

interface Ears {
  readonly onReport: (report: ClientReport) => void;
  /** Called with each line that is no report. */
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

/** The report in a line; null for a library's output, or a line cut short when the process was killed. */
function reportIn(line: string): ClientReport | FinalReport | null {
  try {
    return JSON.parse(line) as ClientReport | FinalReport;
  } catch {
    return null;
  }
}
