import type { ClientReport } from "../client/peer/client-report.ts";
import type { FinalReport } from "./run-peer.ts";

/** One line for a person; null for what only a program wants. */
export function describeReport(report: ClientReport | FinalReport): string | null {
  switch (report.type) {
    case "joined":
      return `joined with seat ${report.seat}: ${report.config.model} of ${report.parameters.toLocaleString("en")} parameters, ${report.config.scheme}`;
    case "progress":
      return `fetching the model: ${Math.floor((100 * report.received) / report.total)} %`;
    case "resumed":
      return `going on from the checkpoint of round ${report.round}`;
    case "backend":
      return [`training on ${report.backend}`, ...report.passedOver].join("\n  ");
    case "selection":
      return report.sentence;
    case "roster": {
      const place = report.position === null ? "watching" : `place ${report.position}`;
      const count = report.members.length;
      return `${count} ${count === 1 ? "peer" : "peers"}, ${place}${report.running ? "" : ", not running"}`;
    }
    case "round": {
      const accuracy =
        report.accuracy === null ? "" : `, accuracy after round ${report.evaluated} ${(100 * report.accuracy).toFixed(1)} %`;
      const saved = report.bytesSent > 0 ? ` (1/${Math.round(report.denseBytes / report.bytesSent)} of dense)` : "";
      return `round ${report.round}: ${report.contributors} of ${report.members} counted${accuracy}, ${report.bytesSent} B sent${saved}, model ${report.hash.slice(0, 8)}`;
    }
    case "lost":
      return `link to ${report.peer} lost: ${report.loss.reason}`;
    case "connection":
      return report.connected ? "signaling server connected" : "no connection to the signaling server; trying again…";
    case "waiting":
      return `waiting ${report.what}${report.forMs === null ? "" : `, at most ${Math.ceil(report.forMs / 1_000)} s`}`;
    case "notice":
      return report.text;
    case "refused":
      // The command ends with it, as its error.
      return null;
    case "finished":
      return `finished after round ${report.round}, model ${report.hash}`;
    case "final":
      if (report.accuracy === null || report.loss === null) return "the final model could not be tested";
      return `final model: accuracy ${(100 * report.accuracy).toFixed(2)} %, loss ${report.loss.toFixed(4)} on the held-out set`;
    case "withdrawn":
      return `round ${report.round} did not stay: another chain of rounds has gone further`;
    case "recounted": {
      const fate = report.counted === null ? "may or may not count" : report.counted ? "counts after all" : "does not count";
      return `this peer's update of round ${report.round} ${fate}`;
    }
    case "evaluated": // said by what follows it
    case "link":
    case "training":
    case "confirmed":
      return null;
  }
}
