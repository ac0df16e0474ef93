import type { RunConfig } from "../../../shared/run/config.ts";
import { formatCount } from "../../base/format.ts";
import { summaryOf } from "../landing/settings.ts";
import { textsOf } from "../state/config-texts.ts";

/** The settings that all peers of the room share. */
export function RunSummary({ config, parameters }: { readonly config: RunConfig; readonly parameters: number }) {
  return (
    <section class="summary" aria-labelledby="summary-title">
      <h2 id="summary-title">This run</h2>
      <dl>
        <div>
          <dt>Parameters</dt>
          <dd>{formatCount(parameters)}</dd>
        </div>
        {summaryOf(config, textsOf(config)).map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
