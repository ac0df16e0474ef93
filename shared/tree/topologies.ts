import { binomial } from "./binomial.ts";
import { heap } from "./heap.ts";
import type { Topology } from "./topology.ts";

/** Every topology: a new one is one file, and one name here. */
export const topologies = [heap, binomial] as const;

export type TopologyName = (typeof topologies)[number]["name"];

export const topologyNames: readonly TopologyName[] = topologies.map(({ name }) => name);

/** @throws {RangeError} if there is none of this name */
export function topologyOf(name: TopologyName): Topology {
  const found = topologies.find((one) => one.name === name);
  if (found === undefined) throw new RangeError(`expected ${topologyNames.join(" or ")}, got ${name}`);
  return found;
}
