import { describe, expect, it } from "vitest";
import { createHasher } from "../../shared/base/hash.ts";
import { layoutOf } from "../../shared/base/layout.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import { optimizerOf } from "../../shared/optimizer/optimizer-of.ts";
import { optimizers } from "../../shared/optimizer/registry.ts";
import { withOuter } from "../../shared/optimizer/with-outer.ts";
import { commit, firstReplica } from "../../shared/replica/replica.ts";
import { runScheme, schemeProblems } from "../../shared/run/run-scheme.ts";
import { LocalAllReduce } from "../../shared/simulation/lab/local-all-reduce.ts";
import { allFinite } from "../../shared/vector/update.ts";
import { descent, problemC, type Quadratics, valuesAfter } from "../support/quadratics.ts";
import { hashesByRound, swarmOf } from "../support/swarm.ts";

const hasher = await createHasher();

describe("the scheme of a run", () => {
  it("is the scheme itself under sgd(1), with nothing beside it", () => {
    const scheme = schemeOf("ef14(topk(1%))");
    expect(withOuter(scheme, optimizerOf("sgd(1)"))).toBe(scheme);
    expect(withOuter(scheme, optimizerOf("sgd"))).toBe(scheme);
    const layout = layoutOf([{ name: "x", shape: [100] }]);
    expect(runScheme({ scheme: "ef21(topk(1%))", outer: "sgd(0.5)" }).init(layout)).toEqual(
      schemeOf("ef21(topk(1%))").init(layout),
    );
  });

  it("says of each text what is wrong with it", () => {
    const problems = schemeProblems({ scheme: "tpok(1%)", outer: "adam(0.1, beta1=2)" });
    expect([...problems].map(([field, { message }]) => [field, message.split("\n")[0]])).toEqual([
      ["scheme", expect.stringContaining("did you mean topk?")],
      ["outer", "adam: expected beta1: a number from 0 to 0.999999, got 2"],
    ]);
    expect(schemeProblems({ scheme: "none", outer: "sgd" }).size).toBe(0);
  });
});

describe.each(optimizers.map(({ example }) => example))("under %s", (outer) => {
  it.each(["none", "ef14(topk(10%))", "ef21(topk(10%))", "ef14(powersgd(1))"])(
    "a swarm with %s takes in a late newcomer by a snapshot, and all hashes agree",
    async (scheme) => {
      const layout = layoutOf([{ name: "w", shape: [20, 10] }]);
      const { swarm, ids, roundsOf, reached, run } = swarmOf(
        3,
        { scheme, outer },
        { wrap: (trainer) => ({ ...trainer, layout }) },
      );
      await run(reached(12, ids));
      const late = swarm.add({ config: null });
      expect(await run(() => roundsOf(late).some(({ counted }) => counted))).toBe(true);
      await run(reached(roundsOf(late).at(-1)!.round + 5, [...ids, late]));
      const all = [...ids, late].flatMap(roundsOf);
      expect([...hashesByRound(all)].filter(([, hashes]) => hashes.size > 1)).toEqual([]);
      expect(roundsOf(late).at(-1)).toMatchObject({ members: 4, contributors: 4, counted: true });
    },
  );

  it("a replica stays finite when all peers give the largest numbers there are", () => {
    const layout = layoutOf([{ name: "x", shape: [6] }]);
    const scheme = runScheme({ scheme: "none", outer });
    const allReduce = new LocalAllReduce(scheme, layout, 3);
    let replica = firstReplica(scheme, layout, new Float32Array(6), hasher);
    for (const sign of [1, 1, -1, 1, -1, -1, 1]) {
      const decision = allReduce.sum(
        allReduce.local.map((_, peer) => new Float32Array(6).fill(sign * (peer === 0 ? 3.4e38 : 1e30))),
      );
      replica = commit(replica, decision, { scheme, hasher, layout, contextOf: allReduce.contextOf(0) });
      allReduce.open(replica.tip, replica.replicated);
      expect(allFinite(replica.parameters)).toBe(true);
    }
    expect(replica.parameters.some((value) => value !== 0)).toBe(true);
  });
});

/** f = ½ Σ h_j (x_j − 1)², one worker; the curvatures fall from 1 to 10^−3, every step in its own coordinate. */
const badlyScaled: Quadratics = {
  start: new Array<number>(60).fill(0),
  gradients: [(x) => Array.from(x, (value, j) => 10 ** ((-3 * j) / 59) * (value - 1))],
  value: (x) => Array.from(x).reduce((sum, value, j) => sum + 0.5 * 10 ** ((-3 * j) / 59) * (value - 1) ** 2, 0),
};

describe("on a badly scaled quadratic, after 300 rounds", () => {
  const after300 = (outer: string): number =>
    valuesAfter([300], descent(badlyScaled, runScheme({ scheme: "none", outer }), 1), badlyScaled.value)[0]!;
  // L = 1 and γ = 1: plain descent bears no step above 2, and none of its steps is much better than another.
  const best = Math.min(...["sgd(0.5)", "sgd(1)", "sgd(1.5)", "sgd(1.9)", "sgd(1.99)"].map(after300));

  it.each(["nesterov(0.7, momentum=0.9)", "adam(0.01)", "yogi(0.01)"])(
    "%s is at least ten times nearer than the best sgd",
    (outer) => expect(after300(outer)).toBeLessThan(best / 10),
  );
});

describe("with EF21 on five different workers (problem C)", () => {
  const gapAfter = (rounds: number, outer: string): number => {
    const problem = problemC();
    const path = descent(problem, runScheme({ scheme: "ef21(topk(2))", outer }), 0.05);
    return valuesAfter([rounds], path, problem.value)[0]! - problem.optimum;
  };

  it.each(["sgd(0.5)", "nesterov(0.2, momentum=0.8)"])("%s reaches the exact optimum", (outer) => {
    expect(Math.abs(gapAfter(2000, outer))).toBeLessThan(1e-6);
  });

  it.each(["adam(0.003, epsilon=0.01)", "yogi(0.003, epsilon=0.01)"])("%s comes near it", (outer) => {
    expect(Math.abs(gapAfter(2000, outer))).toBeLessThan(1e-3);
  });
});
