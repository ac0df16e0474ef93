import { expect, it } from "vitest";
import { localBatches } from "../../shared/run/batch-sampler.ts";
import type { Batch } from "../../shared/run/trainer.ts";
import { hashesByRound, swarmOf } from "../support/swarm.ts";

it.each([
  "ef14(impk(10%, simplex, steps=3, refresh=2))",
  "scam(impk(10%, cube=[0, 2], steps=2, refresh=1))",
  "ef21-sgdm(topk(10%))",
  "ef-bv(topk(10%), lambda=0.5, nu=0.9)",
  "econtrol(topk(10%))",
])("peers of a swarm with %s commit the same chain, everyone counted, and learn", async (scheme) => {
  const { ids, run, reached, roundsOf } = swarmOf(4, { scheme });
  expect(await run(reached(12, ids))).toBe(true);
  for (const hashes of hashesByRound(ids.flatMap(roundsOf)).values()) expect(hashes.size).toBe(1);
  for (const id of ids) {
    const losses = roundsOf(id).map(({ loss }) => loss);
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);
    expect(roundsOf(id).every(({ contributors }) => contributors === 4)).toBe(true);
  }
});

it("a peer whose gradient does not come once trains anew, for a room of two cannot go on without it", async () => {
  let calls = 0;
  const scheme = "ef14(impk(10%, simplex, steps=3, refresh=2))";
  const { ids, run, reached, roundsOf, reports } = swarmOf(
    2,
    { scheme },
    {
      wrap: (trainer, seat) => ({
        ...trainer,
        gradientAt(parameters, batch) {
          calls += seat;
          return seat === 1 && calls === 7 ? Promise.reject(new Error("lost")) : trainer.gradientAt(parameters, batch);
        },
      }),
    },
  );
  expect(await run(reached(12, ids))).toBe(true);
  expect(reports.filter(({ report }) => report.type === "notice").length).toBe(1);
  expect(ids.flatMap(roundsOf).every(({ contributors }) => contributors === 2)).toBe(true);
});

it.each(["same", "other"] as const)(
  "gradients with batch=%s are all over one minibatch a round, the first of the local steps or not",
  async (which) => {
    const asked: { readonly seat: number; readonly batch: Batch }[] = [];
    const { ids, run, reached } = swarmOf(
      2,
      { scheme: `ef14(impk(10%, steps=3, refresh=1, batch=${which}))`, batch: 4, seed: 5 },
      {
        wrap: (trainer, seat) => ({
          ...trainer,
          samples: 40,
          gradientAt(parameters, batch) {
            asked.push({ seat, batch });
            return trainer.gradientAt(parameters, batch);
          },
        }),
      },
    );
    expect(await run(reached(2, ids))).toBe(true);
    for (const seat of [0, 1]) {
      const [first, second, third, next] = asked.filter((one) => one.seat === seat).map(({ batch }) => batch);
      expect(second).toEqual(first);
      expect(third).toEqual(first);
      expect(next).not.toEqual(first);
      const own = localBatches({ seed: 5, seat, round: 1, samples: 40, batch: 4 })();
      if (which === "same") expect(first).toEqual(own);
      else expect(first).not.toEqual(own);
    }
  },
);
