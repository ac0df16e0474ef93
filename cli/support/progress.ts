import { Presets, SingleBar } from "cli-progress";
import { formatBytes, formatShare, inTerminal } from "../../client/base/format.ts";
import { metricsInWords } from "../../client/base/metric-text.ts";
import type { ClientReport } from "../../client/peer/client-report.ts";
import type { PeerReport, RoundReport } from "../../shared/run/report.ts";
import { print, printAside, printable, printJson } from "./terminal.ts";

/** Shows the progress of a run: a bar on a terminal, occasional lines elsewhere, JSON lines on demand. */
export interface Progress {
  /** A headless peer has been started, as this process. */
  peer(name: string, pid: number | undefined): void;
  /** The first peer reports a round. */
  round(report: RoundReport): void;
  note(who: string, report: Extract<PeerReport, { type: "notice" | "refused" }>): void;
  diverging(report: Extract<ClientReport, { type: "diverging" }>): void;
  end(): void;
}

export interface ProgressOptions {
  readonly isJson: boolean;
  readonly rounds: number;
  /** Where tabs can join. */
  readonly link: string;
}

export function createProgress({ isJson, rounds, link }: ProgressOptions): Progress {
  if (isJson) {
    printJson({ type: "listening", url: link });
    return {
      peer: (name, pid) => printJson({ type: "peer", name, pid }),
      round: printJson,
      note: (who, report) => printJson({ ...report, who }),
      diverging: printJson,
      end: () => {},
    };
  }
  print(`Open ${link} in a tab to train along.`);
  const note: Progress["note"] = (who, report) => {
    printAside(`\n${who}: ${printable(report.type === "refused" ? `refused: ${report.reason}` : report.text)}`);
  };
  return process.stdout.isTTY ? bar(rounds, note) : lines(rounds, note);
}

const diverging: Progress["diverging"] = ({ sentence }) => {
  if (sentence !== null) printAside(`\n${inTerminal(sentence)}`);
};

function bar(rounds: number, note: Progress["note"]): Progress {
  const format = "{bar} round {value}/{total}  after round {evaluated}: {tested}  peer 1 sent {bytes}  {ratio}  model {hash}";
  const single = new SingleBar({ format, barsize: 24, hideCursor: true, gracefulExit: false }, Presets.shades_classic);
  let isEnded = false;
  single.start(rounds, 0, { evaluated: 0, tested: "–", bytes: "–", ratio: "", hash: "–" });
  return {
    peer: () => {},
    round: (report) => single.update(report.round, factsOf(report)),
    note,
    diverging,
    end() {
      if (!isEnded) single.stop();
      isEnded = true;
    },
  };
}

function lines(rounds: number, note: Progress["note"]): Progress {
  const every = Math.max(1, Math.floor(rounds / 10));
  return {
    peer: () => {},
    round(report) {
      if (report.round !== 1 && report.round % every !== 0 && report.round !== rounds) return;
      const { evaluated, tested, bytes, ratio, hash } = factsOf(report);
      print(
        `round ${report.round}/${rounds}  after round ${evaluated}: ${tested}  peer 1 sent ${bytes}  ${ratio}  model ${hash}`,
      );
    },
    note,
    diverging,
    end: () => {},
  };
}

function factsOf({ evaluated, metrics, bytesSent, denseBytes, hash }: RoundReport) {
  return {
    evaluated,
    tested: inTerminal(metricsInWords(metrics)),
    bytes: inTerminal(formatBytes(bytesSent)),
    ratio: inTerminal(formatShare(bytesSent, denseBytes) ?? ""),
    hash: hash.slice(0, 8),
  };
}
