import { expect, it } from "vitest";
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
