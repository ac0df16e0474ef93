import { formatCount } from "../../base/format.ts";
import type { DealtCounts } from "../../data/load-data.ts";

/** Most classes that have a bar each. */
const maxBars = 20;

/** This tab's part of the data that are dealt: its samples of each class, beside those of all parts together. */
export function DealtPanel({ dealt: { own, whole } }: { readonly dealt: DealtCounts }) {
  const greatest = Math.max(1, ...own);
  const total = (counts: readonly number[]): string => formatCount(counts.reduce((sum, count) => sum + count, 0));
  return (
    <section class="save" aria-labelledby="dealt-title" data-testid="dealt" data-value={own.join()}>
      <h2 id="dealt-title">This tab’s part of the data</h2>
      <p class="note">
        {total(own)} of {total(whole)} samples; by class, of those in all parts together:
      </p>
      <dl class="bars">
        {own.slice(0, maxBars).map((count, label) => (
          <div key={label} class="bar">
            <dt>class {label}</dt>
            <dd>
              {formatCount(count)} of {formatCount(whole[label] ?? 0)}
            </dd>
            <div class="rail" aria-hidden="true">
              <div class="fill" style={{ width: `${(100 * count) / greatest}%` }} />
            </div>
          </div>
        ))}
      </dl>
      {own.length > maxBars && <p class="note">And {own.length - maxBars} more classes.</p>}
    </section>
  );
}
