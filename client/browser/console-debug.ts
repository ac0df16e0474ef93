import type { Inspect } from "../../shared/peer/step.ts";
import { readDebugNamespaces } from "../../shared/peer/trace/debug-namespaces.ts";
import { createDebug } from "../../shared/peer/trace/debug-text.ts";

/** What belongs to these namespaces goes to the console, a line each. @throws {RangeError} for a name that there is not, with the list of all */
export function consoleDebug(text: string, label: string): Inspect {
  return createDebug({
    namespaces: readDebugNamespaces(text),
    label,
    now: () => performance.now(),
    print: (line) => console.debug(line),
  });
}
