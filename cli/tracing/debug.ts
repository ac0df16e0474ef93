import type { Inspect } from "../../shared/peer/step.ts";
import { readDebugNamespaces } from "../../shared/peer/trace/debug-namespaces.ts";
import { createDebug } from "../../shared/peer/trace/debug-text.ts";
import { UsageError } from "../support/exit.ts";
import { printAside } from "../support/terminal.ts";

/**
 * `COPSE_DEBUG=links,sync`: what belongs to these namespaces goes to standard error, a line each; null where it is not set.
 * @throws {UsageError} for a name that there is not, with the list of all
 */
export function debugOf(env: Readonly<Record<string, string | undefined>>, label: string): Inspect | null {
  const text = env["COPSE_DEBUG"] ?? "";
  if (text === "") return null;
  try {
    return createDebug({ namespaces: readDebugNamespaces(text), label, now: () => performance.now(), print: printAside });
  } catch (cause) {
    throw cause instanceof RangeError ? new UsageError(`COPSE_DEBUG: ${cause.message}`, { cause }) : cause;
  }
}
