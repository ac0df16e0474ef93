import type { SimulatedPeer } from "../simulated-peer.ts";
import type { World } from "../world.ts";
import type { Fault, InjectedFault } from "./fault.ts";

/** Peers that have the run's rounds. */
const minPeers = 2;

/**
 * A confirmed round is known to more than half of its roster: it cannot be lost as long as half of the roster lives. Over several
 * rosters its last holders may still be lost one by one; one of them stays.
 */
export function mayEnd({ simulatedPeers, roster, round }: World, victim: SimulatedPeer): boolean {
  const members = roster?.members ?? [];
  const left = members.filter(({ peer }) => peer !== victim.id && simulatedPeers.has(peer));
  const hasHeir = [...simulatedPeers.values()].some((other) => other !== victim && (other.peer.tip?.round ?? 0) >= round - 1);
  return simulatedPeers.size > minPeers && hasHeir && 2 * left.length >= members.length;
}

/** A peer that is gone for good, and, often, another that comes in its place: a restarted peer has a new name and no residual. */
function end(world: World, victim: SimulatedPeer, text: string, gone: () => void): InjectedFault | null {
  if (!mayEnd(world, victim)) return null;
  gone();
  const returns = world.rng.integer(10) < 8;
  return {
    text,
    lastsMs: 300 + world.rng.integer(8_000),
    heal: () => {
      if (returns) world.say(`${world.add().name} comes`);
    },
  };
}

/** Gone between one event and the next, at times with what it has just sent; the others notice at once, as when a process ends. */
export const crash: Fault = {
  name: "crash",
  weight: 3,
  inject: (world, victim) =>
    end(world, victim, `${victim.name} crashes`, () => {
      if (world.rng.integer(2) === 0) loseAll(world, victim);
      world.crash(victim, world.rng.integer(200));
    }),
};

function loseAll({ simulatedPeers, network }: World, victim: SimulatedPeer): void {
  for (const other of simulatedPeers.values()) if (other !== victim) network.lose(victim.id, other.id);
}

/** No network at all for a while: what is under way is lost, links and socket end. */
export const unplug: Fault = {
  name: "unplug",
  weight: 3,
  inject(world, victim) {
    const { simulatedPeers, network, server, rng } = world;
    const others = [...simulatedPeers.keys()].filter((id) => id !== victim.id);
    const undo = others.map((id) => network.block(victim.id, id));
    loseAll(world, victim);
    server.drop(victim.id, rng.integer(2) === 0 ? 0 : rng.integer(10_000));
    undo.push(server.isolate(victim.id));
    const lastsMs = 100 + rng.integer(10_000);
    return {
      text: `${victim.name} has no network for ${lastsMs} ms`,
      lastsMs,
      heal: () => {
        for (const one of undo) one();
      },
      hindered: [victim.id],
    };
  },
};

/** Gone without a sign: sockets and links seem alive until they time out. */
export const silence: Fault = {
  name: "silence",
  inject(world, victim) {
    const noticeMs = 5_000 + world.rng.integer(20_000);
    return end(world, victim, `${victim.name} falls silent, noticed after ${noticeMs} ms`, () => world.crash(victim, noticeMs));
  },
};

/** Says goodbye. */
export const leave: Fault = {
  name: "leave",
  inject: (world, victim) => end(world, victim, `${victim.name} leaves`, () => world.leave(victim)),
};

/** A newcomer. */
export const join: Fault = {
  name: "join",
  inject(world) {
    if (world.simulatedPeers.size >= 40) return null;
    return { text: `${world.add().name} comes`, lastsMs: 0 };
  },
};

/**
 * A closed laptop: clock and messages of the peer stop. Opened soon, it finds its links and its socket as they were; later, both
 * are gone.
 */
export const freeze: Fault = {
  name: "freeze",
  weight: 2,
  inject(world, victim) {
    const { rng, server, simulatedPeers } = world;
    const lastsMs = rng.integer(3) === 0 ? 15_000 + rng.integer(30_000) : 200 + rng.integer(9_000);
    const linksLastMs = 15_000 + rng.integer(15_000);
    const socketLastsMs = 20_000 + rng.integer(10_000);
    victim.gate.freeze();
    const stillSleeps = (): boolean => victim.gate.isFrozen && simulatedPeers.has(victim.id);
    world.clock.after(linksLastMs, () => {
      if (stillSleeps()) loseAll(world, victim);
    });
    world.clock.after(socketLastsMs, () => {
      if (stillSleeps()) server.drop(victim.id, 0);
    });
    return { text: `${victim.name} sleeps for ${lastsMs} ms`, lastsMs, heal: victim.gate.thaw, hindered: [victim.id] };
  },
};

/** Trains far more slowly than the others. */
export const slow: Fault = {
  name: "slow",
  inject(world, victim) {
    if (victim.slowness > 1) return null;
    const factor = 4 + world.rng.integer(60);
    const lastsMs = 1_000 + world.rng.integer(12_000);
    victim.slowness = factor;
    return {
      text: `${victim.name} trains ${factor} times as long for ${lastsMs} ms`,
      lastsMs,
      heal: () => {
        victim.slowness = 1;
      },
      hindered: [victim.id],
    };
  },
};

export const partOf = (world: World, share: number): SimulatedPeer[] =>
  [...world.simulatedPeers.values()].filter(() => world.rng.uniform() < share);
