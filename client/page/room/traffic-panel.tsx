import type { RoundReport } from "../../../shared/run/report.ts";
import { formatBytes, formatShare, logFraction } from "../../base/format.ts";
import { payloadInWords } from "./words.ts";
import { WordsAndFigures } from "./words-and-figures.tsx";

/** The left end of the bars: less than any message. */
const scaleFromBytes = 100;

/** Bytes that this tab sent in the last round, beside a dense all-to-all exchange. */
export function TrafficPanel({ round }: { readonly round: RoundReport | null }) {
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
      <p class={share === null ? "note" : "share-of-dense"}>
        {share ?? (round === null ? "Counted from the first round on." : "Nothing was sent in the last round.")}
      </p>
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
          <WordsAndFigures text={payloadInWords(round)} />
        </p>
      )}
    </section>
  );
}
