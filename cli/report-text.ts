import { formatBytes, formatCount, formatShare, inTerminal, plural } from "../client/base/format.ts";
import { headlineOf, metricsInWords } from "../client/base/metric-text.ts";
import { peerName } from "../client/base/peer-name.ts";
import type { ClientReport, Download } from "../client/peer/client-report.ts";
import type { PeerId } from "../shared/base/transport.ts";
import type { Member } from "../shared/signaling/protocol/messages.ts";
import type { FinalReport } from "./final-report.ts";
import { printable } from "./support/terminal.ts";

/** Makes a report one line for a person; null for reports that only programs need. Keeps the members' names and the lost links between calls. */
export function createReportText(): (report: ClientReport | FinalReport) => string | null {
  let members: readonly Member[] = [];
  let lost: ReadonlySet<PeerId> = new Set();
  /** The file, and the tenth of it, that was reported last. */
  let loaded = "";
  const textOf = (report: ClientReport | FinalReport): string | null => {
    if (report.type === "lost") {
      lost = new Set([...lost, report.peer]);
      return `link to ${peerName(members, report.peer)} lost: ${report.loss.reason}`;
    }
    if (report.type === "link") {
      if (report.state !== "open" || !lost.has(report.peer)) return null;
      lost = new Set([...lost].filter((peer) => peer !== report.peer));
      return `link to ${peerName(members, report.peer)} is open again`;
    }
    if (report.type === "download") {
      const { what, file, received, total, problem } = report;
      const now = `${what} ${file}: ${total === null ? 0 : Math.floor((10 * received) / total)}`;
      if (now === loaded && problem === null) return null;
      loaded = now;
    }
    if (report.type === "roster") {
      members = report.members;
      lost = new Set([...lost].filter((peer) => members.some((member) => member.peer === peer)));
    }
    return describeReport(report);
  };
  return (report) => {
    const text = textOf(report);
    if (text === null) return null;
    // Texts of other peers become one printable line; the list of backends is this process's own text.
    return inTerminal(report.type === "backend" ? text : printable(text));
  };
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function pauseOf(by: Member | null): string {
  return by === null ? "not running" : `paused by ${peerName([by], by.peer)}`;
}

function describeReport(report: Exclude<ClientReport | FinalReport, { type: "lost" | "link" }>): string | null {
  switch (report.type) {
    case "joined":
      return `joined with seat ${report.seat}: ${report.config.model} of ${formatCount(report.parameters)} parameters, ${report.config.scheme}`;
    case "progress":
      return `fetching the model: ${Math.floor((100 * report.received) / report.total)} %`;
    case "download":
      return loading(report);
    case "resumed":
      return `going on from the checkpoint of round ${report.round}`;
    case "backend":
      return [`training on ${report.backend}`, ...report.passedOver].join("\n  ");
    case "dealt":
      return `trains on ${formatCount(sumOf(report.own))} of ${formatCount(sumOf(report.whole))} samples`;
    case "selection":
      return report.sentence;
    case "roster": {
      const place = report.position === null ? "watching" : `place ${report.position}`;
      return `${plural(report.members.length, "peer")}, ${place}${report.running ? "" : `, ${pauseOf(report.pausedBy)}`}`;
    }
    case "round": {
      const { round, contributors, members, evaluated, metrics, bytesSent, denseBytes, hash } = report;
      const headline = headlineOf(metrics);
      const tested = headline === null ? "" : `, ${headline.name.toLowerCase()} after round ${evaluated} ${headline.value}`;
      const share = formatShare(bytesSent, denseBytes);
      const sent = `${formatBytes(bytesSent)} sent${share === null ? "" : ` (${share})`}`;
      return `round ${round}: ${contributors} of ${members} counted${tested}, ${sent}, model ${hash.slice(0, 8)}`;
    }
    case "connection":
      return report.connected ? "signaling server connected" : "no connection to the signaling server; trying again…";
    case "waiting":
      return `waiting ${report.what}${report.forMs === null ? "" : `, at most ${Math.ceil(report.forMs / 1_000)} s`}`;
    case "unreachable":
      return report.problem;
    case "notice":
      return report.text;
    case "diverging":
      return report.sentence ?? "The losses are as before: the run diverges no more.";
    case "refused":
      // It is the command's error, printed at its end.
      return null;
    case "finished":
      return `finished after round ${report.round}, model ${report.hash}`;
    case "final":
      if (headlineOf(report.metrics) === null) return "the final model could not be tested";
      return `final model: ${metricsInWords(report.metrics)} on held-out data`;
    case "withdrawn":
      return `round ${report.round} did not stay: another chain of rounds has gone further`;
    case "recounted": {
      const fate = report.counted === null ? "may or may not count" : report.counted ? "counts after all" : "does not count";
      return `this peer's update of round ${report.round} ${fate}`;
    }
    case "needs-files":
    case "needs-model":
    case "reading":
    case "evaluated": // said by what follows it
    case "training":
    case "confirmed":
      return null;
  }
}

function loading({ what, file, files, received, total, problem }: Download): string {
  const here = total === null ? "" : `: ${formatBytes(received)} of ${formatBytes(total)}`;
  return `loading the ${what}, file ${file} of ${files}${here}${problem === null ? "" : `; it broke off (${problem}), trying again`}`;
}
