import { describe, expect, it } from "vitest";
import { createHasher } from "../../shared/base/hash.ts";
import { seeded } from "../../shared/base/random.ts";
import type { PeerId } from "../../shared/base/transport.ts";
import { defaultConfig } from "../../shared/run/config.ts";
import type { PeerReport } from "../../shared/run/report.ts";
import { createQuadraticTrainer } from "../../shared/simulation/lab/quadratic-trainer.ts";
import { createSwarm } from "../../shared/simulation/network/swarm.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";

const hasher = await createHasher();
const from = "0123456789abcdef0123456789abcdef";
const rounds = 8;

interface Room {
  readonly dimension: number;
  readonly latencyMs?: number;
  readonly scheme?: string;
  /** Whether the i-th peer that comes has the model. */
  readonly isGiven: (i: number) => boolean;
}

/** A room whose run begins with a model of all fives, which some of its peers have. */
function roomOf(count: number, { dimension, latencyMs = 20, scheme = "ef14(topk(10%))", isGiven }: Room) {
  const clock = createVirtualClock(() => new Promise((resolve) => setImmediate(resolve)));
  const reports: { readonly peer: PeerId; readonly report: PeerReport }[] = [];
  let came = 0;
  const swarm = createSwarm({
    ...{ clock, hasher, latencyMs, bandwidthBitsPerSecond: 20e6 },
    config: { ...defaultConfig, from, startAt: count, rounds, scheme, localSteps: 1, rate: 0.1 },
    createTrainer: async ({ seed }, seat) => createQuadraticTrainer({ dimension, seed, seat, trainingMs: 100, clock }),
    firstParameters: (_, layout) => {
      came += 1;
      return isGiven(came - 1) ? new Float32Array(layout.length).fill(5) : null;
    },
    report: (peer, report) => void reports.push({ peer, report }),
  });
  const finals = (): string[] => reports.flatMap(({ report }) => (report.type === "finished" ? [report.hash] : []));
  const until = (done: () => boolean): Promise<boolean> => clock.run({ until: done, limitMs: 300_000 });
  return { clock, swarm, reports, finals, until };
}

describe("a run that begins with a model", () => {
  it.each([
    ["in one message", 200],
    ["in pieces", 50_000],
  ])("gives it to the members that were not given it, %s, whatever their place, and all end with one", async (_, dimension) => {
    for (let seed = 1; seed <= (dimension > 1_000 ? 4 : 12); seed += 1) {
      const holder = seeded(seed, "holder").integer(5);
      const room = roomOf(5, { dimension, isGiven: (i) => i === holder });
      for (let i = 0; i < 5; i += 1) room.swarm.add();
      expect(await room.until(() => room.finals().length === 5), `seed ${seed}`).toBe(true);
      expect(new Set(room.finals()).size, `seed ${seed}`).toBe(1);
    }
  });

  it.each([2, 5, 10, 20, 40])(
    "gives it to members to which it came while its giver was no neighbor yet, %i ms apart",
    async (latencyMs) => {
      for (const holder of [1, 2, 3]) {
        const room = roomOf(4, { dimension: 200, latencyMs, isGiven: (i) => i === holder });
        for (let i = 0; i < 4; i += 1) {
          room.swarm.add();
          await room.clock.run({ until: () => false, limitMs: 300 });
        }
        expect(await room.until(() => room.finals().length === 4), `the ${holder}th has it`).toBe(true);
        expect(new Set(room.finals()).size).toBe(1);
      }
    },
  );

  it("begins with its numbers, not with drawn ones", async () => {
    const room = roomOf(2, { dimension: 50, isGiven: () => true });
    const ids = [room.swarm.add(), room.swarm.add()];
    expect(await room.until(() => ids.every((peer) => room.swarm.peers.get(peer)!.parameters !== null))).toBe(true);
    for (const peer of ids) expect(room.swarm.peers.get(peer)!.parameters!.every((value) => value === 5)).toBe(true);
  });

  it("tells who was not given it which model it waits for", async () => {
    const room = roomOf(1, { dimension: 50, isGiven: () => false });
    room.swarm.add();
    const said = (): boolean => room.reports.some(({ report }) => report.type === "notice" && report.text.includes(from));
    expect(await room.until(said)).toBe(true);
    expect(await room.until(() => room.finals().length > 0)).toBe(false);
  });

  it("gives it to a newcomer that was not given it, as the rounds have made it", async () => {
    for (const scheme of ["ef14(topk(10%))", "ef21(topk(10%))", "powersgd(1)"]) {
      const room = roomOf(2, { dimension: 200, scheme, isGiven: (i) => i < 2 });
      const ids = [room.swarm.add(), room.swarm.add()];
      expect(await room.until(() => room.swarm.peers.get(ids[0]!)!.tip?.round === 3), scheme).toBe(true);
      room.swarm.add();
      expect(await room.until(() => room.finals().length === 3), scheme).toBe(true);
      expect(new Set(room.finals()).size, scheme).toBe(1);
    }
  });
});
