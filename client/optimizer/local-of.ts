import { oneOf } from "../../shared/compress/text/one-of.ts";
import type { LocalMethod } from "./local-method.ts";
import type { LocalOptimizer } from "./local-optimizer.ts";
import { localOptimizers } from "./registry.ts";

/** A local optimizer that a text names. */
export interface NamedLocal extends Pick<LocalMethod, "name"> {
  /** null: plain steps. */
  build(): Promise<LocalOptimizer | null>;
}

/**
 * The local optimizer that a text such as `adamw(0.9, 0.99)` names, in the grammar of schemes.
 * @throws {SchemeError} with the position of the mistake, what was expected, and the nearest right name
 */
export function localOf(text: string): NamedLocal {
  const { found, given } = oneOf(text, localOptimizers, "local optimizer");
  return { name: found.name, build: () => found.build(given) };
}
