import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../shared/base/layout.ts";
import { seeded } from "../../shared/base/random.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import { LocalAllReduce } from "../../shared/simulation/lab/local-all-reduce.ts";
import { mergeUpdates } from "../../shared/sum/merge.ts";
import { formatted } from "../../shared/vector/formats/formatted.ts";
import { selectLargest } from "../../shared/vector/select.ts";
import { addInto, denseUpdate, sparseUpdate, toDense, type Update, type Values } from "../../shared/vector/update.ts";
import { greatestGap } from "../support/greatest-gap.ts";

const d = 300;
const formats = ["f16", "bf16", "block8", "block4", "two-level"] as const;

/** The k largest of a Gaussian vector, in numbers of a format. */
function part(seed: number, k: number, format: Values["format"]): Update {
  const rng = seeded(seed, "part");
  const x = Float32Array.from({ length: d }, () => rng.normal());
  const indices = selectLargest(x, k);
  const values = formatted(
    Float32Array.from(indices, (i) => x[i]!),
    format,
  );
  return { ...sparseUpdate(d, indices, values.data), values };
}

describe.each(formats)("a merge in %s", (format) => {
  const rules = [
    { kind: "exact", format },
    { kind: "truncate", keep: 20, format },
  ] as const;

  it("passes on numbers of the format, and keeps what it cuts and rounds away: sum + rest = Σ parts", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 5 }), fc.constantFrom(...rules), (seed, count, rule) => {
        const parts = Array.from({ length: count }, (_, i) => part(seed + i, 20 + i, format));
        const { sum, rest } = mergeUpdates(parts, rule);
        expect(sum.values).toMatchObject({ format });
        const expected = new Float32Array(d);
        for (const one of parts) addInto(expected, one);
        const total = toDense(sum);
        addInto(total, rest);
        expect(greatestGap(total, expected)).toBeLessThan(1e-5);
      }),
    );
  });

  it("of one part that fits passes it on as it came, its bytes not packed again", () => {
    const only = part(7, 20, format);
    for (const rule of rules) expect(mergeUpdates([only], rule).sum).toBe(only);
  });

  it("makes dense sums, too", () => {
    const dense = denseUpdate(Float32Array.from({ length: d }, (_, i) => Math.sin(i)));
    const { sum, rest } = mergeUpdates([dense, dense], { kind: "exact", format });
    expect(sum).toMatchObject({ support: { kind: "all" }, values: { format } });
    const total = toDense(sum);
    addInto(total, rest);
    for (const [i, value] of total.entries()) expect(value).toBeCloseTo(2 * Math.sin(i), 5);
  });
});

describe("error feedback with coarse numbers", () => {
  const layout = layoutOf([{ name: "x", shape: [d] }]);

  it.each(["f16", "bf16", "block8", "block4", "twolevel"])(
    "in %s reaches the mean that all peers give, round after round",
    (name) => {
      const peers = 7;
      const allReduce = new LocalAllReduce(schemeOf(`ef14(topk(10%) | ${name})`), layout, peers);
      const rng = seeded(1, "given");
      const xs = allReduce.local.map(() => Float32Array.from({ length: d }, () => rng.normal()));
      const mean = new Float32Array(d);
      for (const x of xs) addInto(mean, denseUpdate(x), 1 / peers);
      const applied = new Float32Array(d);
      const rounds = 100;
      for (let round = 0; round < rounds; round += 1) addInto(applied, allReduce.round(xs));
      // Σ sent = Σ given − residuals, and these stay bounded.
      const given = mean.map((value) => rounds * value);
      expect(greatestGap(applied, given)).toBeLessThan(12);
    },
  );
});
