import { describe, expect, it } from "vitest";
import { seeded } from "../../shared/base/random.ts";
import { aggregates, truncationResiduals } from "../../shared/compress/aggregates.ts";
import { methods } from "../../shared/compress/registry.ts";
import { optimizers } from "../../shared/optimizer/registry.ts";
import { defaultConfig } from "../../shared/run/config.ts";
import { schemeProblems } from "../../shared/run/run-scheme.ts";
import { aggregatesOf, drawnFields, drawRun } from "../../shared/simulation/chaos/draw-run.ts";
import { topologyNames } from "../../shared/tree/topologies.ts";

const drawOf = (seed: number) => drawRun(seeded(seed, "draw"), {});
const draws = Array.from({ length: 2_000 }, (_, seed) => drawOf(seed));

describe("the run that a seed draws", () => {
  it("is one that peers take", () => {
    for (const run of draws) expect([run, [...schemeProblems(run).keys()]]).toEqual([run, []]);
  });

  it("is the same for the same seed", () => {
    for (let seed = 0; seed < 100; seed += 1) expect(drawOf(seed)).toEqual(draws[seed]);
  });

  it.each([
    ["method", methods.map(({ name }) => name), ({ scheme }: (typeof draws)[number]) => scheme.match(/[a-z][a-z0-9-]*/g)!],
    ["optimizer", optimizers.map(({ name }) => name), ({ outer }: (typeof draws)[number]) => outer.match(/^\w+/g)!],
    ["tree", topologyNames, ({ tree }: (typeof draws)[number]) => [tree]],
    ["aggregate", aggregates, ({ aggregate }: (typeof draws)[number]) => [aggregate]],
    ["truncation residual", truncationResiduals, ({ truncationResidual }: (typeof draws)[number]) => [truncationResidual]],
  ])("takes every %s in its turn", (_kind, names, namesOf) => {
    const drawn = new Set(draws.flatMap((run): readonly string[] => namesOf(run)));
    expect(names.filter((name) => !drawn.has(name))).toEqual([]);
  });

  it("is the usual one on a quarter of the seeds, about", () => {
    const usual = draws.filter((run) => drawnFields.every((field) => run[field] === defaultConfig[field]));
    expect(usual.length / draws.length).toBeGreaterThan(0.22);
    expect(usual.length / draws.length).toBeLessThan(0.3);
  });

  it("sums by one support for all peers from the millionth seed on, so that those before it stay what they were", () => {
    expect([1, 5742, 999_999].map(aggregatesOf)).toEqual(Array(3).fill(["gtopk", "exact", "dense", "allgather", "auto"]));
    expect(aggregatesOf(1_000_000)).toEqual(aggregates);
  });

  it("leaves what was asked for as it is", () => {
    for (let seed = 0; seed < 200; seed += 1)
      expect(drawRun(seeded(seed, "draw"), { scheme: "ef14(powersgd(1))", tree: "binomial" })).toMatchObject({
        scheme: "ef14(powersgd(1))",
        tree: "binomial",
      });
  });

  it("is refused where nothing fits to what was asked for", () => {
    const impossible = { scheme: "ef21(topk(5%))", truncationResidual: "gmask" } as const;
    expect(() => drawRun(seeded(1, "draw"), impossible)).toThrow(/^expected a scheme that can be summed so, found none/);
  });
});
