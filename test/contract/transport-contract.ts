import { contract } from "./contract.ts";
import { type TestNetwork, transportLaws } from "./transport-laws.ts";

/** Holds a transport to its laws. */
export function transportContract(name: string, makeNetwork: () => TestNetwork): void {
  contract(`links over ${name}`, transportLaws, makeNetwork);
}
