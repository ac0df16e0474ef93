import { useMemo } from "preact/hooks";
import type { Confusion } from "../../../shared/run/confusion.ts";
import { formatCount } from "../../base/format.ts";
import type { DataSchema } from "../../data/schema/schema.ts";
import { classesOfSchema } from "../../export/schema-classes.ts";
import { modelInWords } from "./words.ts";

interface ConfusionPanelProps {
  readonly confusion: Confusion;
  /** The round whose model was tested. */
  readonly round: number;
  /** The run's schema, which the peer has read; empty where it has none. */
  readonly schema: string;
}

/** How many held-out samples of each class the newest tested model takes for which. */
export function ConfusionPanel({ confusion, round, schema }: ConfusionPanelProps) {
  const { length } = confusion;
  const names = useMemo(() => classNames(schema, length), [schema, length]);
  const headers = (scope: "col" | "row", i: number) => (
    <th key={i} scope={scope} translate={false}>
      <bdi>{names[i]}</bdi>
    </th>
  );
  return (
    <section class="confusion" aria-labelledby="confusion-title">
      <h2 id="confusion-title">Classes, and what they are taken for</h2>
      <table data-testid="confusion" data-value={confusion.join(";")}>
        <caption class="note">
          Unseen samples {modelInWords(round)}: a row for each class that they are of, a column for each that the model says.
        </caption>
        <thead>
          <tr>
            <td />
            {names.map((_, i) => headers("col", i))}
          </tr>
        </thead>
        <tbody>
          {confusion.map((counts, i) => (
            <tr key={names[i]}>
              {headers("row", i)}
              {counts.map((count, j) => (
                <td key={names[j]} class={i === j ? "hits" : ""}>
                  {formatCount(count)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The names of K classes by the schema; without one, their numbers. */
export function classNames(schema: string, classes: number): readonly string[] {
  const names = schema === "" ? null : classesOfSchema(JSON.parse(schema) as DataSchema);
  return names?.length === classes ? names : Array.from({ length: classes }, (_, i) => `class ${i}`);
}
