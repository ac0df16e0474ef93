import { describe, it } from "vitest";
import type { Law, Subject } from "./law.ts";

/** Holds an implementation to the laws of its interface; each gets a subject of its own. */
export function contract<S extends Subject>(name: string, laws: readonly Law<S>[], make: () => S | Promise<S>): void {
  describe(name, () => {
    for (const { name: law, run } of laws) {
      it(law, async () => {
        const subject = await make();
        try {
          await run(subject);
        } finally {
          await subject.close();
        }
      });
    }
  });
}
