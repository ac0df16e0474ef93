import { maxNoticeMs } from "../../network/flaky-server.ts";
import type { Fault } from "./fault.ts";
import { crash, partOf } from "./peer-faults.ts";

/** A websocket ends while the peer's channels live on; the server knows at once, or only after a ping. */
export const socket: Fault = {
  name: "socket",
  weight: 2,
  inject(world, victim) {
    const noticeMs = world.rng.integer(2) === 0 ? 0 : world.rng.integer(maxNoticeMs);
    world.server.drop(victim.id, noticeMs);
    return { text: `${victim.name}'s socket drops, noticed after ${noticeMs} ms`, lastsMs: 0 };
  },
};

/** Many sockets end at once: a hiccup of the server's network. */
export const sockets: Fault = {
  name: "sockets",
  inject(world) {
    const dropped = partOf(world, 0.3 + 0.7 * world.rng.uniform());
    for (const { id } of dropped) world.server.drop(id, world.rng.integer(500));
    return { text: `${dropped.length} sockets drop`, lastsMs: 0 };
  },
};

/** A peer and the server lose each other; its channels live on. */
export const isolate: Fault = {
  name: "isolate",
  inject(world, victim) {
    const lastsMs = 500 + world.rng.integer(25_000);
    const heal = world.server.isolate(victim.id);
    return { text: `${victim.name} and the server lose each other for ${lastsMs} ms`, lastsMs, heal, hindered: [victim.id] };
  },
};

/** The server stands still, and then handles all that it was told. */
export const hang: Fault = {
  name: "late",
  inject(world) {
    const lastsMs = 300 + world.rng.integer(12_000);
    return { text: `the server answers nothing for ${lastsMs} ms`, lastsMs, heal: world.server.hang() };
  },
};

/** The server dies and comes back with nothing; its clock may be set to another time meanwhile. */
export const restart: Fault = {
  name: "restart",
  weight: 2,
  inject(world) {
    const { rng, server } = world;
    if (!server.answers) return null;
    const lastsMs = rng.integer(3) === 0 ? rng.integer(30_000) : rng.integer(5_000);
    const stepMs = rng.integer(3) === 0 ? rng.integer(20_000) - 20_000 : 0;
    server.die();
    return {
      text: `the server dies, and is back empty after ${lastsMs} ms, its clock set by ${stepMs} ms`,
      lastsMs,
      heal: () => server.restart(stepMs),
    };
  },
};

/** The server dies, and a peer that others sum through crashes before it is back. */
export const orphans: Fault = {
  name: "orphans",
  inject(world) {
    const { rng, server, simulatedPeers } = world;
    const inner = [...simulatedPeers.values()].filter(
      ({ position, roster }) => position !== null && 2 * position + 1 < roster.length,
    );
    const crashed = !server.answers || inner.length === 0 ? null : crash.inject(world, inner[rng.integer(inner.length)]!);
    if (crashed === null) return null;
    server.die();
    const lastsMs = 1_000 + rng.integer(15_000);
    return {
      text: `the server dies for ${lastsMs} ms, and ${crashed.text}`,
      lastsMs,
      heal() {
        server.restart(0);
        crashed.heal?.();
      },
    };
  },
};

/** What the server says reaches some peers seconds after the others. */
export const rosters: Fault = {
  name: "rosters",
  weight: 4,
  inject(world) {
    const { rng, server } = world;
    const late = partOf(world, 0.2 + 0.5 * rng.uniform());
    const undo = late.map(({ id }) => server.lag(id, 300 + rng.integer(6_000)));
    const lastsMs = 3_000 + rng.integer(12_000);
    return {
      text: `${late.map(({ name }) => name).join(" ")} hear the server late for ${lastsMs} ms`,
      lastsMs,
      heal: () => {
        for (const one of undo) one();
      },
    };
  },
};
