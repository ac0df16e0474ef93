import { Fragment } from "preact";
import type { Described } from "../../../shared/compress/method.ts";
import { usageOf } from "../../../shared/compress/text/usage-of.ts";
import type { Offer } from "./offers.ts";

interface OfferListProps {
  readonly help: string;
  readonly offer: Offer;
  readonly onText: (text: string) => void;
}

/** All methods by kind, each with a button that puts it into the text. */
export function OfferList({ help, offer: { called, groups }, onText }: OfferListProps) {
  const count = groups.reduce((sum, { choices }) => sum + choices.length, 0);
  return (
    <details>
      <summary data-testid={`all-${called}`}>
        All {count} {called}
      </summary>
      <div class="offer">
        <p class="note">{help} A button says what the text above becomes; its numbers can be changed there.</p>
        {groups.map((group) => (
          <section key={group.title} aria-label={group.title}>
            <h3>{group.title}</h3>
            <p class="note">{group.help}</p>
            <ul>
              {group.choices.map(({ method, becomes, isUsed }) => (
                <li key={method.name}>
                  <p>
                    <code>{method.name}</code> {method.summary}
                  </p>
                  <button
                    class="button pick"
                    type="button"
                    data-testid={`pick-${method.name}`}
                    aria-pressed={isUsed}
                    onClick={() => onText(becomes)}
                  >
                    {isUsed ? (
                      <span>
                        In use<span class="unseen">: {method.name}</span>
                      </span>
                    ) : (
                      <span>
                        Use <code>{becomes}</code>
                      </span>
                    )}
                  </button>
                  <MethodDetails method={method} />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </details>
  );
}

/** Usage, law and source of a method, for those who know the field. */
function MethodDetails({ method }: { readonly method: Described }) {
  const { name, law, source, parameters } = method;
  return (
    <details>
      <summary>
        Details<span class="unseen"> of {name}</span>
      </summary>
      <dl>
        <dt>Written</dt>
        <dd>
          <code>{usageOf(method)}</code>
        </dd>
        {Object.entries(parameters).map(([key, { help }]) => (
          <Fragment key={key}>
            <dt>{key}</dt>
            <dd>{help}</dd>
          </Fragment>
        ))}
        <dt>Law</dt>
        <dd>{law}</dd>
        <dt>Source</dt>
        <dd>{source}</dd>
      </dl>
    </details>
  );
}
