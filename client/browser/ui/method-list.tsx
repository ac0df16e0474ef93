import type { Method } from "../../../shared/compress/method.ts";
import { methods } from "../../../shared/compress/registry.ts";
import { methodGroups } from "./method-groups.ts";
import { pickMethod } from "./pick-method.ts";

interface MethodListProps {
  readonly help: string;
  /** The scheme as it stands in the form. */
  readonly text: string;
  /** The methods that it is made of. */
  readonly used: readonly Method[];
  readonly onText: (text: string) => void;
}

/** Every method of the registry, by kind; each can be put into the scheme. */
export function MethodList({ help, text, used, onText }: MethodListProps) {
  return (
    <details class="methods">
      <summary data-testid="all-methods">All {methods.length} methods</summary>
      <div class="method-groups">
        <p class="note">
          {help} A button puts its method into the text above and leaves the rest of it; numbers can then be changed there.
        </p>
        {methodGroups.map((group) => (
          <section key={group.title} aria-label={group.title}>
            <h3>{group.title}</h3>
            <p class="note">{group.help}</p>
            <ul>
              {group.methods.map((method) => (
                <li key={method.name}>
                  <p>
                    <code>{method.name}</code> {method.summary}
                  </p>
                  <MethodButton
                    name={method.name}
                    scheme={pickMethod(text, method)}
                    isUsed={used.includes(method)}
                    onText={onText}
                  />
                  <details>
                    <summary>
                      Details<span class="unseen"> of {method.name}</span>
                    </summary>
                    <dl>
                      <dt>Written</dt>
                      <dd>
                        <code>{method.usage}</code>
                      </dd>
                      <dt>Law</dt>
                      <dd>{method.law}</dd>
                      <dt>Source</dt>
                      <dd>{method.source}</dd>
                    </dl>
                  </details>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </details>
  );
}

interface MethodButtonProps {
  readonly name: string;
  readonly scheme: string;
  readonly isUsed: boolean;
  readonly onText: (text: string) => void;
}

/** Says what the scheme becomes. */
function MethodButton({ name, scheme, isUsed, onText }: MethodButtonProps) {
  return (
    <button class="button pick" type="button" data-testid={`pick-${name}`} aria-pressed={isUsed} onClick={() => onText(scheme)}>
      <span>
        {isUsed ? "In use" : "Use"} <code>{scheme}</code>
      </span>
    </button>
  );
}
