import { expect, test } from "vitest";
import { swarmOf } from "../support/swarm.ts";

test("a tree of four levels whose messages take nearly half a second a hop leaves nobody out", async () => {
  const swarm = swarmOf(15, {}, { latencyMs: 450 });
  expect(await swarm.run(swarm.reached(8, swarm.ids))).toBe(true);
  const left = swarm.ids.flatMap(swarm.roundsOf).filter(({ contributors }) => contributors < 15);
  expect(left).toEqual([]);
});

test.each([3, 7, 15])(
  "newcomers who come every half second do not keep %i peers at 400 ms a hop from committing",
  async (count) => {
    const swarm = swarmOf(count, {}, { latencyMs: 400 });
    await swarm.run(swarm.reached(4, swarm.ids));
    for (let i = 0; i < 40; i += 1) {
      swarm.swarm.add();
      await swarm.clock.advance(500);
    }
    const [first] = swarm.ids;
    expect(swarm.roundsOf(first!).length).toBeGreaterThanOrEqual(4 + 4);
    expect(swarm.roundsOf(first!).at(-1)!.members).toBeGreaterThan(count);
  },
);
