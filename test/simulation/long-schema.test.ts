import { describe, expect, it } from "vitest";
import { createHasher } from "../../shared/base/hash.ts";
import { seeded } from "../../shared/base/random.ts";
import type { PeerId } from "../../shared/base/transport.ts";
import { defaultConfig, type RunConfig } from "../../shared/run/config.ts";
import { maxLongSchemaBytes, withSchemaDigest } from "../../shared/run/long-schema.ts";
import type { PeerReport } from "../../shared/run/report.ts";
import { createQuadraticTrainer } from "../../shared/simulation/lab/quadratic-trainer.ts";
import { createSwarm } from "../../shared/simulation/network/swarm.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";

const hasher = await createHasher();
const longest = `{${"å".repeat(maxLongSchemaBytes / 2 - 1)}}`;
const rounds = 6;

/** A room whose run has the digest of its schema. */
function roomOf(startAt: number, schema = longest) {
  const clock = createVirtualClock(() => new Promise((resolve) => setImmediate(resolve)));
  const reports: { readonly peer: PeerId; readonly report: PeerReport }[] = [];
  const whole: RunConfig = { ...defaultConfig, data: "own", partition: "iid", schema, startAt, rounds, localSteps: 1, rate: 0.1 };
  const trained: string[] = [];
  const swarm = createSwarm({
    ...{ clock, hasher, latencyMs: 20, bandwidthBitsPerSecond: 20e6 },
    config: withSchemaDigest(whole, hasher),
    async createTrainer(run, seat) {
      trained.push(run.schema);
      return createQuadraticTrainer({ dimension: 100, seed: run.seed, seat, trainingMs: 100, clock });
    },
    report: (peer, report) => void reports.push({ peer, report }),
  });
  const told = <T extends PeerReport["type"]>(type: T): Extract<PeerReport, { type: T }>[] =>
    reports.flatMap(({ report }) => (report.type === type ? [report as Extract<PeerReport, { type: T }>] : []));
  const until = (done: () => boolean): Promise<boolean> => clock.run({ until: done, limitMs: 300_000 });
  return { clock, swarm, trained, told, until, digest: hasher(schema) };
}

describe("a schema of 256 KiB, of which the run has the digest,", () => {
  it("comes from whichever peer has it to all others, whose replicas end alike", async () => {
    for (let seed = 1; seed <= 4; seed += 1) {
      const room = roomOf(5);
      const holder = seeded(seed, "holder").integer(5);
      for (let i = 0; i < 5; i += 1) room.swarm.add(i === holder ? { schema: longest } : {});
      expect(await room.until(() => room.told("finished").length === 5), `seed ${seed}`).toBe(true);
      expect(new Set(room.told("finished").map(({ hash }) => hash)).size, `seed ${seed}`).toBe(1);
      expect(room.trained, `seed ${seed}`).toEqual(Array(5).fill(longest));
      expect(room.told("joined").map(({ config }) => config.schema)).toEqual(Array(5).fill(longest));
    }
  });

  it("comes to one that takes whatever the room has, while rounds go on, from a member that was given it itself", async () => {
    const room = roomOf(2);
    const first = room.swarm.add({ schema: longest });
    room.swarm.add();
    await room.until(() => room.told("round").length >= 2);
    room.swarm.leave(first);
    room.swarm.add({ config: null });
    expect(await room.until(() => room.told("finished").length >= 2)).toBe(true);
    expect(room.trained).toEqual([longest, longest, longest]);
  });

  it("that nobody has is waited for two minutes; the peer says what it lacked, and leaves", async () => {
    const room = roomOf(2);
    room.swarm.add();
    room.swarm.add();
    await room.clock.advance(119_000);
    expect(room.told("refused")).toEqual([]);
    await room.clock.advance(2_000);
    expect(room.told("refused")).toHaveLength(2);
    for (const { reason } of room.told("refused"))
      expect(reason).toContain(`nobody who has them (${room.digest}) gave them within 120 s`);
    expect(room.trained).toEqual([]);
  });

  it("is not looked for where it fits the run's text", async () => {
    const room = roomOf(1, '{"short":1}');
    room.swarm.add();
    expect(await room.until(() => room.told("finished").length === 1)).toBe(true);
    expect(room.trained).toEqual(['{"short":1}']);
  });
});
