import { describe, it } from "vitest";
import { type TestNetwork, transportLaws } from "./transport-laws.ts";

/** Holds a transport to its laws; each gets a network of its own. */
export function transportContract(name: string, makeNetwork: () => TestNetwork): void {
  describe(`links over ${name}`, () => {
    for (const { name: law, run } of transportLaws) {
      it(law, async () => {
        const network = makeNetwork();
        try {
          await run(network);
        } finally {
          await network.close();
        }
      });
    }
  });
}
