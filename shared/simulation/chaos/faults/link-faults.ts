import type { SimulatedPeer } from "../simulated-peer.ts";
import type { World } from "../world.ts";
import type { Fault, InjectedFault } from "./fault.ts";
import { partOf } from "./peer-faults.ts";

function neighborOf(world: World, victim: SimulatedPeer): SimulatedPeer | null {
  const neighbors = world.neighborsOf(victim);
  return neighbors.length === 0 ? null : neighbors[world.rng.integer(neighbors.length)]!;
}

/** A connection between neighbors in the tree fails; it can be dialled again. */
export const link: Fault = {
  name: "link",
  weight: 2,
  inject(world, victim) {
    const other = neighborOf(world, victim);
    if (other === null) return null;
    world.network.lose(victim.id, other.id);
    return { text: `the link ${victim.name}–${other.name} fails`, lastsMs: 0 };
  },
};

/** A connection between neighbors fails, and none opens between them for a while. */
export const block: Fault = {
  name: "block",
  inject(world, victim) {
    const other = neighborOf(world, victim);
    if (other === null) return null;
    const unblock = world.network.block(victim.id, other.id);
    world.network.lose(victim.id, other.id);
    const lastsMs = 1_000 + world.rng.integer(25_000);
    return {
      text: `no link between ${victim.name} and ${other.name} for ${lastsMs} ms`,
      lastsMs,
      heal: unblock,
      hindered: [victim.id, other.id],
    };
  },
};

/** All links of a peer end, and none opens for a while; its socket lives. */
export const island: Fault = {
  name: "island",
  inject(world, victim) {
    const { network, simulatedPeers, rng } = world;
    const others = [...simulatedPeers.keys()].filter((id) => id !== victim.id);
    if (others.length === 0) return null;
    const undo = others.map((id) => network.block(victim.id, id));
    for (const id of others) network.lose(victim.id, id);
    const lastsMs = 1_000 + rng.integer(25_000);
    return {
      text: `${victim.name} has no links for ${lastsMs} ms`,
      lastsMs,
      heal: () => {
        for (const one of undo) one();
      },
      hindered: [victim.id],
    };
  },
};

/** What neighbors send each other is late by seconds, and arrives all at once. */
export const stall: Fault = {
  name: "stall",
  weight: 2,
  inject(world, victim) {
    const other = neighborOf(world, victim);
    if (other === null) return null;
    const lastsMs = 200 + world.rng.integer(10_000);
    const release = world.network.stall(victim.id, other.id);
    return {
      text: `the link ${victim.name}–${other.name} stalls for ${lastsMs} ms`,
      lastsMs,
      heal: release,
      hindered: [victim.id, other.id],
    };
  },
};

/** Two groups of peers lose each other, while all reach the server; links fail for good if it lasts. */
export const partition: Fault = {
  name: "partition",
  inject: (world) => split(world, partOf(world, 0.1 + 0.4 * world.rng.uniform()), 500 + world.rng.integer(20_000)),
};

function split(world: World, side: readonly SimulatedPeer[], lastsMs: number): InjectedFault | null {
  const { network, rng, clock, simulatedPeers } = world;
  const others = [...simulatedPeers.values()].filter((simulated) => !side.includes(simulated));
  if (side.length === 0 || others.length === 0) return null;
  const pairs = side.flatMap((a) => others.map((b) => [a.id, b.id] as const));
  const undo = pairs.flatMap(([a, b]) => [network.block(a, b), network.stall(a, b)]);
  const fail = clock.after(5_000 + rng.integer(10_000), () => {
    for (const [a, b] of pairs) network.lose(a, b);
  });
  const smaller = side.length < others.length ? side : others;
  return {
    text: `${side.map(({ name }) => name).join(" ")} are cut off from the other peers for ${lastsMs} ms`,
    lastsMs,
    heal() {
      fail();
      for (const one of undo) one();
    },
    hindered: smaller.map(({ id }) => id),
  };
}
