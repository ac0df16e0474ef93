import { expect } from "vitest";
import { createHasher } from "../../shared/base/hash.ts";
import { layoutOf } from "../../shared/base/layout.ts";
import { defaultConfig, type RunConfig } from "../../shared/run/config.ts";
import type { PeerReport } from "../../shared/run/report.ts";
import { createLedger } from "../../shared/simulation/chaos/ledger.ts";
import type { SimulatedPeer } from "../../shared/simulation/chaos/simulated-peer.ts";
import { createWorld } from "../../shared/simulation/chaos/world.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";
import { toDense } from "../../shared/vector/update.ts";

const hasher = await createHasher();

/** Peers under way, on a world without faults of its own. */
export async function worldOf(peers: number, seed = 1, own: Partial<RunConfig> = {}) {
  const clock = createVirtualClock(() => new Promise((resolve) => setImmediate(resolve)));
  const layout = layoutOf([{ name: "x", shape: [48] }]);
  const { length } = layout;
  const ledger = createLedger({ length, lastLength: length, phases: 1, rebuild: ([total]) => toDense(total!) });
  const reports: { readonly name: string; readonly report: PeerReport }[] = [];
  const heirs: string[] = [];
  const world = createWorld({
    seed,
    clock,
    hasher,
    layout,
    ledger,
    config: { ...defaultConfig, seed, startAt: peers, ...own },
    report: ({ name }, report) => void reports.push({ name, report }),
    succeeds(heir, former) {
      heirs.push(heir);
      ledger.succeeds(heir, former);
    },
    say: () => {},
  });
  for (let i = 0; i < peers; i += 1) world.add();
  const until = async (done: () => boolean): Promise<void> =>
    expect(await clock.run({ until: done, limitMs: 120_000 })).toBe(true);
  await until(() => world.round >= 5);
  const of = <K extends PeerReport["type"]>(name: string, type: K) =>
    reports.flatMap(({ name: by, report }) =>
      by === name && report.type === type ? [report as Extract<PeerReport, { type: K }>] : [],
    );
  const named = (name: string): SimulatedPeer => [...world.simulatedPeers.values()].find((simulated) => simulated.name === name)!;
  return { clock, world, ledger, reports, heirs, until, of, named };
}
