import type { SimulatedPeer } from "../simulated-peer.ts";
import type { World } from "../world.ts";
import type { Fault, InjectedFault } from "./fault.ts";
import { mayEnd } from "./peer-faults.ts";

function goneFor(world: World, victim: SimulatedPeer, text: string): InjectedFault {
  const lastsMs = 300 + world.rng.integer(8_000);
  return { text: `${text}, for ${lastsMs} ms`, lastsMs, heal: () => void world.revive(victim) };
}

/** Ends between one event and the next, and begins again as another peer, with what it had saved. */
export const reboot: Fault = {
  name: "reboot",
  weight: 2,
  inject(world, victim) {
    if (!mayEnd(world, victim)) return null;
    world.crash(victim, world.rng.integer(2) === 0 ? world.rng.integer(200) : world.rng.integer(20_000));
    return goneFor(world, victim, `${victim.name} reboots`);
  },
};

/** A tab that is loaded again: it says goodbye, saves its residual, unless it is killed over that, and begins again as another peer. */
export const reload: Fault = {
  name: "reload",
  weight: 2,
  inject(world, victim) {
    if (!mayEnd(world, victim)) return null;
    world.leave(victim);
    const isKilled = world.rng.integer(4) === 0;
    if (isKilled) world.clock.after(world.rng.integer(20), () => victim.gate.close());
    return goneFor(world, victim, `${victim.name} reloads${isKilled ? " and is killed over it" : ""}`);
  },
};
