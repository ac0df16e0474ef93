import type { RoundReport } from "../../../shared/training/report.ts";
import type { LinkTraffic, PeerId } from "../../../shared/transport.ts";
import { formatBytes, formatShare, logFraction } from "./format.ts";

interface TrafficPanelProps {
  readonly round: RoundReport | null;
  readonly traffic: readonly LinkTraffic[];
  readonly nameOf: (peer: PeerId) => string;
}

/** Less than any message: the left end of the bars. */
const scaleFromBytes = 100;

/** What the bytes sent were made of, and how much of the update's energy they carried. */
function payloadText({ payload, bytesSent, alpha }: RoundReport): string {
  const { index, value, other } = payload;
  const framing = Math.max(0, bytesSent - index - value - other);
  const made = `Of what was sent, ${formatBytes(value)} were numbers, ${formatBytes(index)} their places, ${formatBytes(other)} messages around them, ${formatBytes(framing)} frames.`;
  return alpha === null ? made : `${made} They carry ${(100 * alpha).toFixed(1)} % of the update’s energy (α̂).`;
}

/** What the last round cost this tab beside a dense exchange of everybody with everybody. */
export function TrafficPanel({ round, traffic, nameOf }: TrafficPanelProps) {
  const top =
    10 ** Math.ceil(Math.log10(Math.max(1000, round?.denseBytes ?? 0, round?.bytesSent ?? 0, round?.bytesReceived ?? 0)));
  const bars = [
    { name: "sent", bytes: round?.bytesSent, testid: "bytes-sent" },
    { name: "received", bytes: round?.bytesReceived, testid: "bytes-received" },
    { name: "dense, all to all", bytes: round?.denseBytes, testid: "dense" },
  ];
  const share = round === null ? null : formatShare(round.bytesSent, round.denseBytes);
  return (
    <section class="traffic" aria-labelledby="traffic-title">
      <h2 id="traffic-title">Bytes a round</h2>
      <p class={share === null ? "note" : "share-of-dense"}>{share ?? "Counted from the first round on."}</p>
      <dl class="bars">
        {bars.map(({ name, bytes, testid }) => (
          <div key={name} class={`bar ${testid}`}>
            <dt>{name}</dt>
            <dd data-testid={testid} data-value={bytes ?? ""}>
              {bytes === undefined ? "–" : formatBytes(bytes)}
            </dd>
            <div class="rail" aria-hidden="true">
              <div class="fill" style={{ width: `${100 * logFraction(bytes ?? 0, scaleFromBytes, top)}%` }} />
            </div>
          </div>
        ))}
      </dl>
      {round !== null && (
        <p class="note">
          Bars on a logarithmic scale from {formatBytes(scaleFromBytes)} to {formatBytes(top)}.
        </p>
      )}
      {round !== null && (
        <p class="note" data-testid="payload">
          {payloadText(round)}
        </p>
      )}
      {traffic.length > 0 && (
        <details>
          <summary>Each link since it opened</summary>
          <ul class="links">
            {traffic.map((link) => (
              <li key={link.peer}>
                <span>{nameOf(link.peer)}</span>
                <span>{link.open ? "" : "not open, "}</span>
                <span class="figure">
                  ↑ {formatBytes(link.sent)} ↓ {formatBytes(link.received)}
                </span>
                {link.wireSent !== null && link.wireReceived !== null && (
                  <span class="note">
                    on the wire ↑ {formatBytes(link.wireSent)} ↓ {formatBytes(link.wireReceived)}
                  </span>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
