import fc from "fast-check";
import { expect, test } from "vitest";
import { layoutOf } from "../../shared/base/layout.ts";
import { createContexts } from "../../shared/compress/context.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import { type State, zeroUpdate } from "../../shared/vector/update.ts";

const [d, k] = [6, 2];
const layout = layoutOf([{ name: "x", shape: [d] }]);
const contextOf = createContexts({ seed: 1, seat: 0, parameters: () => new Float32Array(d) });
const vector = fc.array(fc.integer({ min: -99, max: 99 }), { minLength: d, maxLength: d }).map((x) => Float32Array.from(x));

function distance(x: Float32Array, { believed }: State): number {
  return x.reduce((sum, value, i) => sum + (value - (believed as Float32Array)[i]!) ** 2, 0);
}

test("EF21 brings what is believed nearer to the update of the round that counts, ‖x − g⁺‖² ≤ (1 − k/d)‖x − g‖², whichever rounds it missed", () => {
  const scheme = schemeOf(`ef21(topk(${k}))`);
  const round = fc.record({ x: vector, counts: fc.boolean() });
  fc.assert(
    fc.property(fc.array(round, { minLength: 2, maxLength: 12 }), (rounds) => {
      let { local, replicated }: { local: State; replicated: State } = scheme.init(layout);
      for (const [i, { x, counts }] of rounds.entries()) {
        const encoding = scheme.encode(x, local, replicated, contextOf({ layout, round: i + 1, members: 3 }));
        encoding.next();
        if (!counts) {
          local = scheme.onExcluded(x, local);
          continue;
        }
        const before = distance(x, local);
        const step = encoding.next({ kind: "reduced", total: zeroUpdate(d), rest: zeroUpdate(d) });
        if (step.done !== true) throw new Error("expected one sum");
        ({ local } = step.value);
        expect(distance(x, local)).toBeLessThanOrEqual((1 - k / d) * before);
      }
    }),
  );
});
