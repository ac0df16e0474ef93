import { describe, expect, it } from "vitest";
import { layoutOf } from "../../../shared/base/layout.ts";
import { type Rng, seeded } from "../../../shared/base/random.ts";
import { applied } from "../../../shared/compress/sparsifiers/sparsifier.ts";
import { topKPerTensor } from "../../../shared/compress/sparsifiers/top-k.ts";
import { topKByCost } from "../../../shared/compress/sparsifiers/top-k-by-cost.ts";
import { schemeOf } from "../../../shared/compress/text/scheme-of.ts";
import { LocalAllReduce } from "../../../shared/simulation/lab/local-all-reduce.ts";
import { mergeUpdates } from "../../../shared/sum/merge.ts";
import type { MergeRule } from "../../../shared/sum/merge-rule.ts";
import { type State, toDense, type Update } from "../../../shared/vector/update.ts";
import { chosenBy, contextAt, squaredError } from "../draws.ts";

const layout = layoutOf([
  { name: "kernel", shape: [60, 50] },
  { name: "bias", shape: [50] },
  { name: "other", shape: [50, 20] },
  { name: "one", shape: [1] },
]);
const amount = { kind: "density", percent: 2 } as const;

/** Each tensor has a size of its own, from 2⁻⁶ to 2⁶, and tails of its own. */
function drawn(rng: Rng, sizes = layout.tensors.map(() => 2 ** (rng.integer(13) - 6))): Float32Array {
  const x = new Float32Array(layout.length);
  for (const [t, { offset, size }] of layout.tensors.entries())
    for (let i = offset; i < offset + size; i += 1) x[i] = sizes[t]! * rng.normal() ** (1 + 2 * (t % 2));
  return x;
}

type CostRule = Extract<MergeRule, { kind: "truncate-cost" }>;

function ruleOf(replicated: State | undefined, format: "f32" | "two-level" = "f32"): CostRule {
  const rule = topKByCost(amount, format).merge(layout, contextAt(layout, 2), replicated);
  if (rule.kind !== "truncate-cost") throw new Error(`expected a rule by cost, got ${rule.kind}`);
  return rule;
}

const countsOf = (rng: Rng): State => ({ counts: Float32Array.from(layout.tensors, ({ size }) => rng.integer(size + 1)) });

function costOf({ support }: Update, { blocks }: CostRule): number {
  if (support.kind !== "indices") throw new Error("expected indices");
  return support.indices.reduce((sum, i) => sum + blocks.find(({ end }) => i < end)!.cost, 0);
}

describe("topk(adaptive=1)", () => {
  const context = contextAt(layout, 2);

  it("never has an error above that of k of each tensor, for no more bits than an entry beyond, whatever the last total was", () => {
    let better = 0;
    for (let seed = 0; seed < 200; seed += 1) {
      const rng = seeded(seed, "law");
      const x = drawn(rng);
      const replicated = countsOf(rng);
      for (const format of ["f32", "two-level"] as const) {
        const choice = topKByCost(amount, format).select(x, {}, context, replicated);
        const kept = applied(x, choice);
        const uniform = squaredError(toDense(chosenBy(topKPerTensor(amount), x, context)), x);
        const error = squaredError(toDense(kept), x);
        expect(error, `seed ${seed}`).toBeLessThanOrEqual(uniform * (1 + 1e-6));
        if (error < 0.9 * uniform) better += 1;
        // Where k of each tensor keep more they are kept, whose bits are the budget.
        const rule = ruleOf(replicated, format);
        const most = Math.max(...rule.blocks.map(({ cost }) => cost));
        const ofEach = rule.blocks.reduce((sum, { keep, cost }) => sum + keep * cost, 0);
        expect(costOf(kept, rule)).toBeLessThan(Math.max(rule.budget + most, ofEach + 1));
      }
    }
    expect(better).toBeGreaterThan(200);
  });

  it("keeps entries whose energy for a bit is at least that of any other: one threshold for all tensors", () => {
    const rng = seeded(1, "threshold");
    const x = drawn(rng, [1, 8, 0.25, 3]);
    const replicated = countsOf(rng);
    const { blocks } = ruleOf(replicated);
    const kept = toDense(applied(x, topKByCost(amount).select(x, {}, context, replicated)));
    const worth = Array.from(x, (value, i) => value ** 2 / blocks.find(({ end }) => i < end)!.cost);
    const least = Math.min(...worth.filter((_, i) => kept[i] !== 0));
    const most = Math.max(...worth.filter((_, i) => kept[i] === 0));
    expect(least).toBeGreaterThanOrEqual(most * (1 - 1e-6));
  });

  it("is cut so at each node, and what is cut stays there: sum + rest = a + b", () => {
    const rng = seeded(2, "merge");
    const rule = ruleOf(countsOf(rng));
    const parts = [1, 2, 3].map(() => applied(drawn(rng), topKByCost(amount).select(drawn(rng), {}, context)));
    const { sum, rest } = mergeUpdates(parts, rule);
    const whole = mergeUpdates(parts, { kind: "exact" }).sum;
    expect(toDense(sum).map((value, i) => value + toDense(rest)[i]!)).toEqual(toDense(whole));
    expect(costOf(sum, rule)).toBeLessThan(rule.budget + Math.max(...rule.blocks.map(({ cost }) => cost)));
  });

  it("learns of each total how many entries a tensor has, and starts from k of each", () => {
    const { fromTotals } = topKByCost(amount);
    expect(fromTotals!.init(layout)).toEqual({ counts: Float32Array.of(60, 1, 20, 1) });
    const x = drawn(seeded(3, "counts"));
    const total = applied(x, { support: { kind: "indices", indices: Uint32Array.of(0, 2999, 3000, 3049, 4050) } });
    expect(fromTotals!.next(total, layout)).toEqual({ counts: Float32Array.of(2, 2, 0, 1) });
  });

  it("sends about the bytes of k of each tensor, and leaves less of tensors that differ, over many rounds", () => {
    const peers = 4;
    const found = ["tensor=1", "adaptive=1"].map((by) => {
      const allReduce = new LocalAllReduce(schemeOf(`topk(2%, ${by}) | twolevel`), layout, peers);
      let [bytes, error] = [0, 0];
      for (let round = 0; round < 20; round += 1) {
        const x = drawn(seeded(round, "bytes"), [1, 8, 0.25, 3]);
        const estimate = toDense(allReduce.round(allReduce.local.map(() => x)));
        bytes += allReduce.bytes;
        error += squaredError(estimate, x);
      }
      return { bytes, error };
    });
    const [uniform, adaptive] = found as [(typeof found)[number], (typeof found)[number]];
    const said = `bytes ${adaptive.bytes} : ${uniform.bytes}, error ${adaptive.error} : ${uniform.error}`;
    expect(adaptive.bytes, said).toBeLessThan(1.1 * uniform.bytes);
    expect(adaptive.error, said).toBeLessThan(0.8 * uniform.error);
  });

  it("is refused beside another way to cut the vector", () => {
    for (const other of ["tensor=1", "chunk=16", "sampled=1"])
      expect(() => schemeOf(`topk(1%, adaptive=1, ${other})`)).toThrow("expected adaptive alone");
  });
});
