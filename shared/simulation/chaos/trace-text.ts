import type { PeerId } from "../../base/transport.ts";
import type { PeerReport } from "../../run/report.ts";

/** A report as a line of a trace; null for those that say nothing about faults. */
export function traceText(report: PeerReport, nameOf: (peer: PeerId) => string): string | null {
  switch (report.type) {
    case "joined":
      return `joins, seat ${report.seat}`;
    case "progress":
      return `has ${report.received} of ${report.total} bytes of a snapshot`;
    case "resumed":
      return `goes on from round ${report.round} ${report.hash.slice(0, 6)}`;
    case "roster":
      return `roster ${report.version[1]} [${report.members.map(({ peer }) => nameOf(peer)).join(" ")}] at ${report.position ?? "-"}`;
    case "link":
      return `link to ${nameOf(report.peer)} ${report.state}`;
    case "lost":
      return `link to ${nameOf(report.peer)} lost: ${report.loss.kind}, ${report.loss.reason}`;
    case "connection":
      return report.connected ? "connected to the server" : "not connected to the server";
    case "training":
      return `trains for round ${report.round}`;
    case "round":
      return `commits round ${report.round} ${report.hash.slice(0, 6)}, ${report.contributors} of ${report.members}${report.counted ? "" : ", without it"}`;
    case "confirmed":
      return null;
    case "withdrawn":
      return `withdraws round ${report.round} ${report.hash.slice(0, 6)}`;
    case "recounted":
      return `round ${report.round} ${report.counted === null ? "may have" : report.counted ? "has" : "has not"} counted it after all`;
    case "waiting":
      return `waits ${report.what}${report.forMs === null ? "" : `, at most ${report.forMs} ms`}`;
    case "notice":
      return `notice: ${report.text}`;
    case "refused":
      return `refused: ${report.reason}`;
    case "finished":
      return `finished with round ${report.round}`;
  }
}
