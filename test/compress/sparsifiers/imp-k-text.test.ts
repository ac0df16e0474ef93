import { describe, expect, it } from "vitest";
import { layoutOf } from "../../../shared/base/layout.ts";
import { schemeOf } from "../../../shared/compress/text/scheme-of.ts";
import { LocalAllReduce } from "../../../shared/simulation/lab/local-all-reduce.ts";
import { topologyNames } from "../../../shared/tree/topologies.ts";
import { addInto, toDense } from "../../../shared/vector/update.ts";
import { problemC } from "../../support/quadratics.ts";
import { expectRefusal } from "../../support/refusal.ts";
import { layoutOfLength } from "../draws.ts";

const layout = layoutOfLength(100);

describe("as a text", () => {
  it.each([
    "impk(5)",
    "impk(5%, simplex, entropy=0, per=vector, operator=6, steps=3, step=0.5, refresh=1, skip=[])",
    "ef14(impk(5, cube=[0, 2], operator=4, skip=[bias, norm]), decay=0.95)",
    "ef21-sgdm(impk(5), eta=0.2)",
    "scam(impk(5, cube=[1,2]), mode=decay)",
    "scam(topk(5))",
    "ef14(impk(5) | qsgd(8))",
    "impk(5, cube=[0, 2]) | natural",
    "impk(5, tensor=0, units=absolute, start=warm, batch=other)",
  ])("%s is a scheme", (text) => {
    const merge = /operator=[467]/.test(text) ? { kind: "exact" } : { kind: "truncate", keep: 5 };
    expect(schemeOf(text).phases(layout, { round: 1, members: 3 })).toEqual([{ merge, length: 100 }]);
  });

  it.each([
    ["impk(5, cube=[0])", 13, /2 ascending numbers from 0 to 1000000, as in cube=\[0, 2\], got 0/],
    ["impk(5, cube=[2, 0])", 13, /ascending numbers/],
    ["impk(5, cube=[0, -1])", 13, /ascending numbers/],
    ["impk(5, cube=[0, topk])", 17, /got topk/],
    ["impk(5, cube=2)", 13, /got the number 2/],
    ["impk(5, cube=[0, 2], simplex)", 21, /operator: a whole number from 3 to 7, got simplex/],
    ["impk(5, cube=[0, 2], entropy=1)", 21, /expected only k, warmup, .*, got entropy; did you mean/],
    ["impk(5, ball)", 8, /region: simplex, got ball/],
    ["impk(5, per=tensors)", 12, /per: tensor or vector, got tensors/],
    ["impk(5, skip=[1])", 14, /skip: words/],
    ["impk(5, operator=8)", 17, /got 8/],
    ["impk(5, skip=[bias", 18, /"," or "\]", got the end/],
    ["impk(5, skip=[[[[[[[[[[[", 22, /levels of brackets/],
    ["scam(sign)", 5, /expected one of topk, randk, impk alone, got the quantizer sign/],
    ["impk(5) | topk(1%)", 10, /expected a quantizer \(qsgd, .*\) after \|, got the sparsifier topk/],
    ["scam(topk(5) | sign)", 15, /alone, got a \|/],
    ["scam(topk(5), mode=fast)", 19, /mode: decay or reset or paper, got fast/],
    ["scam([1])", 5, /got a list/],
    ["ef14(scam(topk(5)))", 5, /got the error feedback scam/],
  ])("%j is refused at character %i with what was expected", (text, position, problem) => {
    expectRefusal(schemeOf, text, position, problem);
  });
});

it.each(
  topologyNames.flatMap((tree) =>
    ["ef14(impk(2, refresh=2))", "ef14(impk(2, refresh=2) | qsgd(2))", "ef14(impk(2, operator=6, cube=[0, 2]) | sign)"].map(
      (text) => [text, tree] as const,
    ),
  ),
)("%s over the %s tree loses no mass, that of its quantizer included: Σ residuals + Σ totals = Σ updates", (text, tree) => {
  const { gradients } = problemC();
  const allReduce = new LocalAllReduce(schemeOf(text), layoutOf([{ name: "x", shape: [30] }]), 5, tree);
  const balance = new Float64Array(30);
  for (let round = 0; round < 10; round += 1) {
    const xs = gradients.map((gradient) => Float32Array.from(gradient(allReduce.parameters), (g) => 0.05 * g));
    for (const x of xs) for (let i = 0; i < 30; i += 1) balance[i]! += x[i]!;
    const estimate = allReduce.round(xs, undefined, (peer, at) => Float32Array.from(gradients[peer]!(at)));
    addInto(allReduce.parameters, estimate, -1);
    const applied = toDense(estimate);
    for (let i = 0; i < 30; i += 1) balance[i]! -= 5 * applied[i]!;
  }
  for (const { residual } of allReduce.local) for (let i = 0; i < 30; i += 1) balance[i]! -= (residual as Float32Array)[i]!;
  for (const left of balance) expect(Math.abs(left)).toBeLessThan(1e-5);
});
