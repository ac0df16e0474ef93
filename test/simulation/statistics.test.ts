import { describe, expect, it } from "vitest";
import { createHasher } from "../../shared/base/hash.ts";
import { type Layout, layoutOf } from "../../shared/base/layout.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../../shared/checkpoint/checkpoint-code.ts";
import { playLocalRound } from "../../shared/peer/local-round.ts";
import { startResidual } from "../../shared/replica/kept-residual.ts";
import { commit, firstReplica } from "../../shared/replica/replica.ts";
import { defaultConfig } from "../../shared/run/config.ts";
import { runScheme } from "../../shared/run/run-scheme.ts";
import type { LocalUpdate, Trainer } from "../../shared/run/trainer.ts";
import { createQuadraticTrainer } from "../../shared/simulation/lab/quadratic-trainer.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";
import { noMetrics } from "../../shared/sum/part.ts";
import { contributorsOf } from "../../shared/tree/contributors.ts";
import { placeOf } from "../../shared/tree/tree.ts";
import { zeroUpdate } from "../../shared/vector/update.ts";
import { hashesByRound, swarmOf } from "../support/swarm.ts";

const hasher = await createHasher();
const count = 5;

/** A layout with statistics at its end. */
function withStatistics(layout: Layout): Layout {
  const { tensors, length } = layoutOf([...layout.tensors, { name: "moving", shape: [count] }]);
  return { tensors, length, statistics: count };
}

/** Whole numbers, so that every sum of them is exact. */
const statisticsOf = (seat: number, round: number): Float32Array =>
  Float32Array.from({ length: count }, (_, j) => 1_000 * seat - 37 * j + round);
const samplesOf = (seat: number): number => 3 + 4 * seat;

/** A trainer of which the last parameters are statistics. */
function normalized(trainer: Trainer, seat: number): Trainer {
  const length = trainer.layout.length;
  return {
    ...trainer,
    layout: withStatistics(trainer.layout),
    load: (parameters) => trainer.load(parameters.subarray(0, length)),
    gradientAt: (parameters, batch) => {
      expect(parameters.length).toBe(length + count);
      return trainer.gradientAt(parameters.subarray(0, length), batch);
    },
    async localUpdate(options) {
      const update = await trainer.localUpdate(options);
      return { ...update, samples: samplesOf(seat), statistics: statisticsOf(seat, options.round) };
    },
  };
}

/** Σ n s / Σ n over all seats, rounded to float32 once. */
function meanOf(members: number, round: number): Float32Array {
  const seats = Array.from({ length: members }, (_, seat) => seat);
  const samples = seats.reduce((sum, seat) => sum + samplesOf(seat), 0);
  return Float32Array.from(
    { length: count },
    (_, j) => seats.reduce((sum, seat) => sum + samplesOf(seat) * statisticsOf(seat, round)[j]!, 0) / samples,
  );
}

describe.each([
  ["ef14(topk(10%))", {}],
  ["ef14(topk(10%) | block8)", { outer: "adam(0.01)" }],
  ["ef14(powersgd(1))", {}],
  ["ef21(topk(10%))", {}],
  ["scam(topk(10%))", {}],
  ["topk(10%)", { aggregate: "allgather" }],
] as const)("four peers whose model has statistics, under %s %o", (scheme, overrides) => {
  it("have equal hashes, the exact mean weighted by samples, and parameters as if there were none", async () => {
    const last = 6;
    const run = async (wrap: (trainer: Trainer, seat: number) => Trainer) => {
      const swarm = swarmOf(4, { scheme, rounds: last, ...overrides }, { wrap });
      await swarm.run(swarm.reached(last, swarm.ids));
      await swarm.clock.advance(5);
      const reports = swarm.ids.flatMap(swarm.roundsOf);
      expect(reports.map(({ contributors }) => contributors)).toEqual(new Array(4 * last).fill(4));
      expect([...hashesByRound(reports).values()].map((hashes) => hashes.size)).toEqual(new Array(last).fill(1));
      return { reports, parameters: swarm.ids.map((id) => swarm.swarm.peers.get(id)!.parameters!) };
    };
    const plain = await run((trainer, seat) => ({
      ...trainer,
      localUpdate: async (options) => ({ ...(await trainer.localUpdate(options)), samples: samplesOf(seat) }),
    }));
    const { reports, parameters } = await run(normalized);
    for (const one of parameters) {
      expect(one.subarray(-count)).toEqual(meanOf(4, last));
      expect(one.subarray(0, -count)).toEqual(plain.parameters[0]);
    }
    // Each total is one message to a child, with a section of 5 floats behind its type and its length.
    for (const { payload } of reports) expect(payload.statistics % (4 * count + 2)).toBe(0);
    expect(reports.reduce((sum, { payload }) => sum + payload.statistics, 0)).toBeGreaterThan(0);
    expect(plain.reports.every(({ payload }) => payload.statistics === 0)).toBe(true);
  });
});

it("a newcomer has the statistics by its snapshot, and its own count from then on", async () => {
  const { swarm, ids, reached, run, clock, roundsOf } = swarmOf(3, { rounds: 100 }, { wrap: normalized });
  await run(reached(70, ids));
  const late = swarm.add();
  await run(reached(80, [...ids, late]));
  await clock.advance(5);
  const rounds = [...ids, late].flatMap(roundsOf).filter(({ round }) => round <= 80);
  expect([...hashesByRound(rounds).values()].every((hashes) => hashes.size === 1)).toBe(true);
  expect(roundsOf(late).at(-1)!.counted).toBe(true);
});

describe("statistics", () => {
  const clock = createVirtualClock(async () => {});
  const plain = createQuadraticTrainer({ dimension: 20, seed: 1, seat: 0, trainingMs: 0, clock });
  const { layout } = normalized(plain, 0);

  const played = (change: (update: LocalUpdate) => LocalUpdate) => {
    const trainer = normalized(plain, 0);
    return playLocalRound({
      config: defaultConfig,
      scheme: runScheme(defaultConfig),
      trainer: { ...trainer, localUpdate: async (options) => change(await trainer.localUpdate(options)) },
      clock,
      parameters: new Float32Array(layout.length),
      round: 1,
      treePosition: { version: [1, 1], position: 0, members: 1, place: placeOf("heap", 0, 1), tree: "heap" },
    });
  };

  it("are given as sums over the samples", async () => {
    const { statistics } = await played((update) => update);
    expect(statistics).toEqual(statisticsOf(0, 1).map((value) => samplesOf(0) * value));
  });

  it.each([
    ["not finite", Float32Array.of(1, 2, Number.NaN, 4, 5), "expected finite statistics, got some that are not"],
    ["too large once weighted", Float32Array.of(1, 2, 3e38, 4, 5), "expected finite statistics, got some that are not"],
    ["too few", new Float32Array(4), "expected 5 statistics, got 4"],
    ["too many", new Float32Array(6), "expected 5 statistics, got 6"],
  ])("that are %s are not given", async (_, statistics, sentence) => {
    await expect(played((update) => ({ ...update, statistics }))).rejects.toThrow(sentence);
  });

  it("stay where no samples counted, and where their mean is no finite number", () => {
    const scheme = runScheme({ ...defaultConfig, scheme: "none" });
    const settled = (samples: number, statistics: Float32Array): Float32Array => {
      const first = firstReplica(scheme, layout, new Float32Array(layout.length).fill(7), hasher);
      const sum = zeroUpdate(20);
      const part = { contributors: contributorsOf(1, [0]), weight: 1, metrics: { ...noMetrics, samples }, sum, statistics };
      const decision = {
        totals: [sum],
        earlier: [],
        part,
        committedBy: [1, 1] as const,
        hash: null,
        counted: true,
        local: {},
        undoLog: [],
      };
      const contextOf = () => ({
        ...{ layout, round: 1, members: 1, weight: 1, position: 0, parameters: first.parameters },
        ...{ rng: null as never, shared: () => null as never },
      });
      return commit(first, decision, { scheme, hasher, layout, contextOf }).parameters.subarray(-count);
    };
    const sums = Float32Array.of(2, 4, 6, 8, 10);
    expect(settled(0, sums)).toEqual(new Float32Array(count).fill(7));
    expect(settled(2, sums)).toEqual(Float32Array.of(1, 2, 3, 4, 5));
  });

  it("come back from a checkpoint, and what was open of the trained parameters too", () => {
    const scheme = runScheme({ ...defaultConfig, scheme: "ef14(topk(10%))" });
    const parameters = new Float32Array(layout.length).fill(3);
    const { tip, previous, replicated, local } = firstReplica(scheme, layout, parameters, hasher);
    const open = new Float32Array(20).fill(2);
    const bytes = encodeCheckpoint(
      {
        ...{ room: "r", config: defaultConfig, schema: "", session: "s", seat: 0, members: 1, version: [1, 1], headers: [] },
        ...{ tip, previous, parameters, replicated, residual: { local: local!, open, undoLog: [] } },
      },
      hasher,
    );
    const read = decodeCheckpoint(bytes, { room: "r", config: null }, hasher);
    expect(read.parameters).toEqual(parameters);
    expect(startResidual(scheme, layout, read.replicated, read.residual)!.open).toEqual(open);
  });
});
