import { describe, expect, it } from "vitest";
import { createHasher } from "../../shared/base/hash.ts";
import { playChaos } from "../../shared/simulation/chaos/chaos.ts";
import { failureText, summaryOf } from "../../shared/simulation/chaos/chaos-summary.ts";
import type { DrawnRun } from "../../shared/simulation/chaos/draw-run.ts";
import { faults } from "../../shared/simulation/chaos/faults/registry.ts";
import { createLedger } from "../../shared/simulation/chaos/ledger.ts";
import { createGate } from "../../shared/simulation/network/gate.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";
import { noMetrics } from "../../shared/sum/part.ts";
import { contributorsOf } from "../../shared/tree/contributors.ts";
import { denseUpdate, toDense } from "../../shared/vector/update.ts";

const hasher = await createHasher();
const clockOf = () => createVirtualClock(() => new Promise((resolve) => setImmediate(resolve)));

const play = (seed: number, chosen = faults, run: Partial<DrawnRun> = {}) =>
  playChaos({ seed, peers: { min: 2, max: 8 }, run, faults: chosen, clock: clockOf(), hasher });

describe("whole peers under seeded faults", () => {
  it.each([1, 2, 3, 4, 6, 7, 8, 9])("keep every promise with seed %i", async (seed) => {
    expect(failureText(await play(seed))).toBe("");
  });

  it.each([
    ["ef21(topk(5%))", 5],
    ["ef14(powersgd(1))", 3],
    ["ef14(topk(10%, adaptive=1))", 4],
    ["ef21(topk(10%, adaptive=1) | twolevel)", 6],
  ])("keep every promise with %s, whose state or sums are of another kind", async (scheme, seed) => {
    expect(failureText(await play(seed, faults, { scheme }))).toBe("");
  });

  it.each([
    [3678, "one told of rounds and left, and the other who has them sleeps for longer than the server waits for those unknown"],
    [
      5046,
      "a majority of the last roster reaches a new server, while one of the roster before goes on without having heard of it",
    ],
    [6575, "a majority reaches a new server, while the old root hears nothing of it and goes on"],
    [12495, "a member restarts with an old checkpoint, and another goes on unseen with what it confirmed"],
    [12681, "nobody of the roster is left here, those who watch lack its rounds, and one who has them sleeps"],
    [17895, "the only one that told a new server of the run leaves, and a newcomer comes before the others"],
    [19614, "one that watched comes to a new server without rounds, and the only member sleeps"],
    [19618, "two rosters decide a round with the same bits, and each root keeps what it rejected of others"],
  ])("keep every promise with seed %i: %s", async (seed) => {
    expect(failureText(await play(seed))).toBe("");
  });

  it("keep every promise where a dismissed member is back, and the server reaches it too late to ask for its rounds (seed 9978)", async () => {
    const run = {
      scheme: "ef21(f16)",
      outer: "sgd(1)",
      tree: "binomial",
      aggregate: "dense",
      truncationResidual: "in-network",
    } as const;
    expect(failureText(await play(9978, faults, run))).toBe("");
  });

  it("keep every promise where a snapshot comes to a member that does not know the giver for a neighbor yet (seed 5742)", async () => {
    const run = { scheme: "ef21(topk(10%, tensor=1))", outer: "sgd(1)", tree: "heap", aggregate: "gtopk" } as const;
    expect(failureText(await play(5742, faults, run))).toBe("");
  });

  it("give the same figures for the same seed", async () => {
    expect(await play(3)).toEqual(await play(3));
  });

  it("play at least 20 rounds and 10 in quiescence, under faults that are counted by kind and phase", async () => {
    const verdicts = [await play(10), await play(11)];
    for (const { rounds } of verdicts) expect(rounds).toBeGreaterThanOrEqual(30);
    const { faults: count, faultsByPhase } = summaryOf(verdicts);
    const phases = Object.values(faultsByPhase).flatMap((counts) => Object.values(counts));
    expect(phases.reduce((sum, n) => sum + n, 0)).toBe(count);
    expect(count).toBeGreaterThanOrEqual(6);
  });
});

describe("a peer that sleeps", () => {
  it("finds what happened meanwhile in the order in which it came, and its timers due", async () => {
    const clock = clockOf();
    const gate = createGate(clock);
    const seen: string[] = [];
    gate.clock.after(10, () => void seen.push("timer"));
    const cancel = gate.clock.after(15, () => void seen.push("cancelled"));
    gate.freeze();
    clock.after(5, () => gate.pass(() => void seen.push("early")));
    clock.after(20, () => gate.pass(() => void seen.push("late")));
    await clock.advance(100);
    expect(seen).toEqual([]);
    cancel();
    gate.thaw();
    gate.pass(() => void seen.push("after"));
    await clock.advance(1);
    expect(seen).toEqual(["early", "timer", "late", "after"]);
  });

  it("never wakes once it is gone", async () => {
    const clock = clockOf();
    const gate = createGate(clock);
    gate.freeze();
    gate.pass(() => expect.fail("expected nothing to happen"));
    gate.close();
    gate.thaw();
    await clock.advance(10);
  });
});

describe("the books", () => {
  const version = [1, 1] as const;
  const x = Float32Array.of(3, -2);
  const booksOf = () => {
    const ledger = createLedger({ length: 2, lastLength: 2, phases: 1, rebuild: ([total]) => toDense(total!) });
    const contributors = contributorsOf(2, [0, 1]);
    const sum = denseUpdate(Float32Array.of(4, 0));
    ledger.roster(version, ["root", "leaf"]);
    ledger.given("leaf", "start", x);
    const part = { contributors: contributorsOf(2, [1]), weight: 1, metrics: noMetrics, sum: denseUpdate(Float32Array.of(3, 0)) };
    ledger.sent("leaf", "root", { kind: "up", version, round: 1, previous: "start", phase: 0, complete: true, part });
    const tip = { round: 1, version, hash: "end" };
    const decision = {
      totals: [sum],
      earlier: [],
      part: { ...part, contributors, sum },
      committedBy: version,
      hash: null,
      counted: true,
      local: null,
      undoLog: [],
    };
    ledger.committed(tip, "start", decision);
    return { ledger, tip };
  };

  it("are even when a residual holds what was given and not delivered", () => {
    const { ledger, tip } = booksOf();
    expect(ledger.balance("leaf", tip, Float32Array.of(0, -2))).toMatchObject({ error: 0, isTwice: false });
  });

  it("show an update that is in the chain and in a residual, and one that is in neither", () => {
    const { ledger, tip } = booksOf();
    expect(ledger.balance("leaf", tip, Float32Array.of(3, -2))).toMatchObject({ error: 3, isTwice: true });
    expect(ledger.balance("leaf", tip, Float32Array.of(0, 0))).toMatchObject({ error: 2, isTwice: false });
  });

  it("show two rosters of one version", () => {
    const { ledger } = booksOf();
    ledger.roster(version, ["leaf", "root"]);
    expect(ledger.problems).toHaveLength(1);
  });
});
