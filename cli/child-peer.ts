import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ClientReport } from "../client/peer/client-report.ts";
import type { FinalReport } from "./run-peer.ts";

/** Lines kept of what a peer says outside its reports: enough to see why it failed. */
const lastWordsLines = 12;

/** A headless peer in a process of its own. */
export interface ChildPeer {
  readonly name: string;
  /** Its final report; null if it ended without one. */
  readonly ended: Promise<FinalReport | null>;
  /** What it last said on standard error, for the person when it failed. */
  lastWords(): string;
  /** Lets go of it: it leaves the room and ends. */
  dismiss(): Promise<void>;
}

/** Starts `copse peer` with these arguments, by the same Node; from a clone, through tsx. */
export function startChildPeer(name: string, args: readonly string[], onReport: (report: ClientReport) => void): ChildPeer {
  const isSource = import.meta.url.endsWith(".ts");
  const entry = fileURLToPath(new URL(isSource ? "./main.ts" : "./main.js", import.meta.url));
  const child = spawn(process.execPath, [...(isSource ? ["--import", "tsx"] : []), entry, "peer", "--json", ...args], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const words: string[] = [];
  const exited = once(child, "exit");
  const ended = finalReportOf(child, onReport, exited);
  createInterface({ input: child.stderr! }).on("line", (line) => {
    words.push(line);
    if (words.length > lastWordsLines) words.shift();
  });
  return {
    name,
    ended,
    lastWords: () => words.join("\n"),
    async dismiss() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

async function finalReportOf(
  child: ChildProcess,
  onReport: (report: ClientReport) => void,
  exited: Promise<unknown>,
): Promise<FinalReport | null> {
  const final = new Promise<FinalReport>((resolve) => {
    createInterface({ input: child.stdout! }).on("line", (line) => {
      const report = JSON.parse(line) as ClientReport | FinalReport;
      if (report.type === "final") resolve(report);
      else onReport(report);
    });
  });
  return Promise.race([final, exited.then(() => null)]);
}
