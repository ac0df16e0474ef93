import type { Fault } from "./fault.ts";
import { block, island, link, partition, stall } from "./link-faults.ts";
import { crash, freeze, join, leave, silence, slow, unplug } from "./peer-faults.ts";
import { reboot, reload } from "./reboot-faults.ts";
import { hang, isolate, orphans, restart, rosters, socket, sockets } from "./server-faults.ts";

/** All that can go wrong, in the order in which it is counted. */
export const faults: readonly Fault[] = [
  crash,
  silence,
  leave,
  join,
  reboot,
  reload,
  freeze,
  slow,
  unplug,
  link,
  block,
  island,
  stall,
  partition,
  socket,
  sockets,
  isolate,
  hang,
  restart,
  orphans,
  rosters,
];
