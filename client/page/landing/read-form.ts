import { schemeProblems } from "../../../shared/run/run-scheme.ts";
import { type ConfigReading, readConfig } from "../state/config-texts.ts";

/** Reads what a person types into the form, schemes included. */
export function readForm(texts: Readonly<Record<string, string>>): ConfigReading {
  return readConfig(texts, schemeProblems);
}
