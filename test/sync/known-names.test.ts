import { expect, it } from "vitest";
import { knownNames } from "../../shared/sync/known-names.ts";
import type { View } from "../../shared/sync/view.ts";
import { contributorsOf } from "../../shared/tree/contributors.ts";

const hashOf = (round: number): string => String(round).padStart(32, "0");

it("a peer completes names by its roster's epoch first, then those that committed its last rounds, and by its chain's hashes", () => {
  const epochs = [10, 10, 20, 10, 30, 20];
  const headers = epochs.map((epoch, i) => ({
    ...{ round: 5 + i, version: [epoch, i] as const, contributors: contributorsOf(1, [0]) },
    ...{ hash: hashOf(5 + i), previous: hashOf(4 + i) },
  }));
  const tip = { round: 10, version: [20, 5] as const, hash: hashOf(10) };
  const state = { tip, previous: hashOf(9), headers, parameters: new Float32Array(0), replicated: {} };
  const view = { chain: { state }, membership: { version: [40, 1] } } as unknown as Pick<View, "chain" | "membership">;
  const known = knownNames(view, (after) => (after === 2 || after === 5 ? hashOf(100 + after) : null));
  expect([...known.epochs]).toEqual([40, 20, 30, 10]);
  expect([2, 3, 4, 5, 9, 10, 11].map((round) => known.hashAfter(round))).toEqual([
    hashOf(102),
    null,
    hashOf(4),
    hashOf(5),
    hashOf(9),
    hashOf(10),
    null,
  ]);
});
