import { expect, it } from "vitest";
import { createHasher } from "../../shared/base/hash.ts";
import type { PeerId } from "../../shared/base/transport.ts";
import { defaultConfig } from "../../shared/run/config.ts";
import type { PeerReport } from "../../shared/run/report.ts";
import { createQuadraticTrainer } from "../../shared/simulation/lab/quadratic-trainer.ts";
import { createSwarm } from "../../shared/simulation/network/swarm.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";

const hasher = await createHasher();

it("thirty newcomers at once fetch a model of 200 kB at 10 Mbit/s and are let in, while rounds go on at a third of their pace or more", async () => {
  const clock = createVirtualClock(() => new Promise((resolve) => setImmediate(resolve)));
  const reports: { readonly peer: PeerId; readonly report: PeerReport; readonly at: number }[] = [];
  const swarm = createSwarm({
    clock,
    hasher,
    config: { ...defaultConfig, startAt: 8, scheme: "ef14(topk(1%))", localSteps: 1, rate: 0.1 },
    latencyMs: 20,
    bandwidthBitsPerSecond: 10e6,
    createTrainer: async ({ seed }, seat) => createQuadraticTrainer({ dimension: 50_000, seed, seat, trainingMs: 400, clock }),
    report: (peer, report) => void reports.push({ peer, report, at: clock.now() }),
  });
  // After 64 rounds the first totals are forgotten: who comes now needs a snapshot.
  const first = Array.from({ length: 8 }, () => swarm.add());
  const roundOf = (peer: PeerId): number => swarm.peers.get(peer)!.tip?.round ?? 0;
  const until = async (done: () => boolean): Promise<void> =>
    expect(await clock.run({ until: done, limitMs: 120_000 })).toBe(true);
  await until(() => first.every((peer) => roundOf(peer) >= 70));
  const commits = (): number[] =>
    reports.flatMap(({ peer, report, at }) => (peer === first[0] && report.type === "round" ? [at] : []));
  const pace = (commits()[65]! - commits()[5]!) / 60;

  const newcomers = Array.from({ length: 30 }, () => swarm.add());
  const came = clock.now();
  const isIn = (peer: PeerId): boolean =>
    reports.some(({ peer: by, report }) => by === peer && report.type === "round" && report.counted === true);
  await until(() => newcomers.every(isIn));
  const during = commits().filter((at) => at > came);
  const longest = Math.max(...during.map((at, i) => at - (during[i - 1] ?? came)));
  expect((clock.now() - came) / during.length).toBeLessThan(3 * pace);
  expect(longest).toBeLessThan(6 * pace);
  const fetched = new Set(reports.flatMap(({ peer, report }) => (report.type === "progress" ? [peer] : [])));
  expect(newcomers.every((peer) => fetched.has(peer))).toBe(true);
});
