import { expect, it } from "vitest";
import { createHasher } from "../../shared/base/hash.ts";
import { layoutOf } from "../../shared/base/layout.ts";
import type { PeerId } from "../../shared/base/transport.ts";
import { defaultConfig } from "../../shared/run/config.ts";
import type { PeerReport } from "../../shared/run/report.ts";
import { createQuadraticTrainer } from "../../shared/simulation/lab/quadratic-trainer.ts";
import { createSwarm } from "../../shared/simulation/network/swarm.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";

const hasher = await createHasher();
const side = 200;

/** Peers whose model of 160 kB takes 5 s over a link: several rounds of a scheme of two sums, and longer than they wait before they ask. */
function slowRun(scheme: string, { startAt }: { readonly startAt: number }) {
  const clock = createVirtualClock(() => new Promise((resolve) => setImmediate(resolve)));
  const reports: { readonly peer: PeerId; readonly report: PeerReport }[] = [];
  const swarm = createSwarm({
    ...{ clock, hasher, latencyMs: 20, bandwidthBitsPerSecond: 256e3 },
    config: { ...defaultConfig, startAt, scheme, localSteps: 1, rate: 0.1 },
    createTrainer: async ({ seed }, seat) => ({
      ...createQuadraticTrainer({ dimension: side * side, seed, seat, trainingMs: 100, clock }),
      layout: layoutOf([{ name: "w", shape: [side, side] }]),
    }),
    report: (peer, report) => void reports.push({ peer, report }),
  });
  const first = Array.from({ length: startAt }, () => swarm.add());
  const roundOf = (peer: PeerId): number => swarm.peers.get(peer)!.tip?.round ?? 0;
  const until = async (done: () => boolean): Promise<void> =>
    expect(await clock.run({ until: done, limitMs: clock.now() + 600_000 })).toBe(true);
  const hasCounted = (peer: PeerId, since = 0): boolean =>
    reports.slice(since).some(({ peer: by, report }) => by === peer && report.type === "round" && report.counted === true);
  return { swarm, first, roundOf, until, hasCounted, reports };
}

it.each([
  ["powersgd(1)", 70],
  ["sketch(1)", 70],
  ["none", 5],
])("a newcomer counts within seven rounds, though they go on while its snapshot comes: %s", async (scheme, rounds) => {
  const { swarm, first, roundOf, until, hasCounted } = slowRun(scheme, { startAt: 2 });
  await until(() => first.every((peer) => roundOf(peer) >= rounds));
  const newcomer = swarm.add();
  const came = roundOf(first[0]!);
  await until(() => hasCounted(newcomer) || roundOf(first[0]!) > came + 7);
  expect(hasCounted(newcomer)).toBe(true);
});

it.each(["powersgd(1)", "sketch(1)", "none"])(
  "a member that missed a round counts again two rounds later: %s",
  async (scheme) => {
    const { swarm, first, roundOf, until, reports, hasCounted } = slowRun(scheme, { startAt: 3 });
    await until(() => first.every((peer) => roundOf(peer) >= 5));
    const roster = reports.map(({ report }) => report).findLast((report) => report.type === "roster")!;
    const [root, child] = roster.members.map(({ peer }) => peer) as [PeerId, PeerId];
    const lost = roundOf(root);
    swarm.network.lose(root, child);
    await until(() => roundOf(root) > lost);
    const since = reports.length;
    await until(() => hasCounted(child, since) || roundOf(root) > lost + 3);
    expect(hasCounted(child, since)).toBe(true);
  },
);
