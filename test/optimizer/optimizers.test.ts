import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../shared/base/layout.ts";
import { seeded } from "../../shared/base/random.ts";
import { optimizerOf } from "../../shared/optimizer/optimizer-of.ts";
import { optimizers } from "../../shared/optimizer/registry.ts";
import { allFinite, denseUpdate, type State, sparseUpdate, toDense, type Update } from "../../shared/vector/update.ts";
import { expectRefusal } from "../support/refusal.ts";

const length = 40;
const layout = layoutOf([
  { name: "kernel", shape: [30] },
  { name: "bias", shape: [10] },
]);
/** A model that stands still: what a step takes of it is seen in the step. */
const model = { round: 1, layout, parameters: Float32Array.from({ length }, (_, i) => Math.sin(i)) };
const examples = optimizers.map(({ example }) => example);

/** Sparse updates whose size falls from round to round, as those of a run do. */
function updates(rounds: number, seed = 1): Update[] {
  const rng = seeded(seed, "updates");
  return Array.from({ length: rounds }, (_, round) => {
    const indices = Uint32Array.from({ length }, (_, i) => i).filter(() => rng.uniform() < 0.6);
    return sparseUpdate(
      length,
      indices,
      Float32Array.from(indices, (i) => rng.normal() * 10 ** -(i % 5) * 0.99 ** round),
    );
  });
}

/** The steps, and the slots after the last. */
function play(text: string, deltas: readonly Update[]): { readonly steps: Update[]; readonly slots: State } {
  const optimizer = optimizerOf(text);
  let slots = optimizer.init(length);
  const steps = deltas.map((delta) => {
    const next = optimizer.step(delta, slots, model);
    slots = next.slots;
    return next.step;
  });
  return { steps, slots };
}

const bitsOf = (values: Float32Array): number[] => [...new Uint32Array(values.slice().buffer)];
const slotBits = (slots: State): unknown =>
  Object.entries(slots).map(([slot, value]) => [slot, typeof value === "number" ? value : bitsOf(value)]);

/** One coordinate's step in round t = 1, 2, … by the papers' equations, in float64. */
type Reference = (x: number, isDecayed: boolean) => (delta: number, t: number) => number;

const references: Readonly<Record<string, Reference>> = {
  "sgd(0.7)": () => (delta) => 0.7 * delta,
  "nesterov(0.7, momentum=0.9)": () => {
    let m = 0;
    return (delta) => {
      m = 0.9 * m + delta;
      return 0.7 * (delta + 0.9 * m);
    };
  },
  "adam(0.02, beta1=0.8, beta2=0.95, epsilon=0.01)": () => {
    let [m, v] = [0, 0];
    return (delta, t) => {
      m = 0.8 * m + 0.2 * delta;
      v = 0.95 * v + 0.05 * delta ** 2;
      return (0.02 * (m / (1 - 0.8 ** t))) / (Math.sqrt(v / (1 - 0.95 ** t)) + 0.01);
    };
  },
  "adamw(0.02, beta1=0.8, beta2=0.95, epsilon=0.01, decay=0.3)": (x, isDecayed) => {
    let [m, v] = [0, 0];
    return (delta, t) => {
      m = 0.8 * m + 0.2 * delta;
      v = 0.95 * v + 0.05 * delta ** 2;
      return 0.02 * (m / (1 - 0.8 ** t) / (Math.sqrt(v / (1 - 0.95 ** t)) + 0.01) + (isDecayed ? 0.3 * x : 0));
    };
  },
  "yogi(0.02, beta1=0.8, beta2=0.95, epsilon=0.01)": () => {
    let [m, v] = [0, 0.01 ** 2];
    return (delta) => {
      m = 0.8 * m + 0.2 * delta;
      v = v - 0.05 * delta ** 2 * Math.sign(v - delta ** 2);
      return (0.02 * m) / (Math.sqrt(v) + 0.01);
    };
  },
};

describe.each(Object.entries(references))("%s", (text, reference) => {
  it("steps as the paper's equations do in float64", () => {
    const deltas = updates(120);
    const { steps } = play(text, deltas);
    for (let i = 0; i < length; i += 1) {
      const next = reference(model.parameters[i]!, i < 30);
      const expected = deltas.map((delta, round) => next(toDense(delta)[i]!, round + 1));
      const size = Math.max(...expected.map(Math.abs));
      for (const [round, step] of steps.entries())
        expect(Math.abs(toDense(step)[i]! - expected[round]!)).toBeLessThan(1e-6 * size);
    }
  });
});

it("every optimizer has a reference", () => {
  const named = Object.keys(references).map((text) => text.split("(")[0]);
  expect(named).toEqual(optimizers.map(({ name }) => name));
});

describe.each(examples)("%s", (text) => {
  it("gives the same bits on two replicas, and leaves what it is given as it was", () => {
    const deltas = updates(30);
    const before = deltas.map((delta) => bitsOf(delta.values.data));
    const [one, other] = [play(text, deltas), play(text, deltas)];
    expect(one.steps.map((step) => bitsOf(step.values.data))).toEqual(other.steps.map((step) => bitsOf(step.values.data)));
    expect(slotBits(one.slots)).toEqual(slotBits(other.slots));
    expect(deltas.map((delta) => bitsOf(delta.values.data))).toEqual(before);
    const optimizer = optimizerOf(text);
    const slots = slotBits(one.slots);
    optimizer.step(deltas[0]!, one.slots, model);
    expect(slotBits(one.slots)).toEqual(slots);
  });

  it("takes a coordinate that is not named for 0", () => {
    const deltas = updates(30);
    const [sparse, dense] = [
      play(text, deltas),
      play(
        text,
        deltas.map((delta) => denseUpdate(toDense(delta))),
      ),
    ];
    expect(sparse.steps.map(toDense)).toEqual(dense.steps.map(toDense));
  });

  it("keeps its slots finite under the largest numbers there are, and goes on from them", () => {
    const number = fc.constantFrom(3.4e38, -3.4e38, 1e20, -1e-30, 1e-45, 0, 1);
    fc.assert(
      fc.property(fc.array(fc.array(number, { minLength: length, maxLength: length }), { maxLength: 8 }), (rounds) => {
        const { slots } = play(
          text,
          rounds.map((values) => denseUpdate(Float32Array.from(values))),
        );
        for (const value of Object.values(slots))
          expect(typeof value === "number" ? Number.isFinite(value) : allFinite(value)).toBe(true);
        const { step } = optimizerOf(text).step(denseUpdate(new Float32Array(length).fill(0.5)), slots, model);
        expect(toDense(step).some(Number.isNaN)).toBe(false);
      }),
    );
  });
});

describe("a step that stays the same for long", () => {
  const steady = (text: string): number => {
    const deltas = Array.from({ length: 3000 }, () => denseUpdate(Float32Array.from({ length }, () => 0.01)));
    return toDense(play(text, deltas).steps.at(-1)!)[0]!;
  };

  it("is taken η/(1 − β)-fold by nesterov", () => expect(steady("nesterov(0.7, momentum=0.9)") / 0.01).toBeCloseTo(7, 3));
  it.each(["adam", "yogi"])("becomes η Δ/(Δ + ε) by %s", (name) => {
    expect(steady(`${name}(0.02, epsilon=0.01)`)).toBeCloseTo(0.01, 4);
  });
});

it("sgd keeps no state, and a sparse update sparse", () => {
  const [delta] = updates(1);
  const { steps, slots } = play("sgd(0.5)", [delta!]);
  expect(slots).toEqual({});
  expect(steps[0]!.support).toEqual(delta!.support);
});

it.each([
  ["adm(0.1)", 0, /expected an outer optimizer \(sgd, nesterov, adam, adamw, yogi\), got adm; did you mean adam\?/],
  ["sgd(fast)", 4, /sgd: expected rate: a number from 0.000001 to 100, got fast/],
  ["sgd(-1)", 4, /rate: a number from 0.000001 to 100, got -1/],
  ["nesterov(0.7, momentum=1)", 23, /momentum: a number from 0 to 0.999999, got 1/],
  ["nesterov(0.7, 0.9, 0.9)", 19, /expected only rate, momentum, warmup, cosine, least, got one more/],
  ["adam(0.1, epsilon=0)", 18, /epsilon: a number from 1e-12 to 1000, got 0/],
  [
    "adam(0.1, beta3=0.5)",
    10,
    /expected only rate, beta1, beta2, epsilon, warmup, cosine, least, got beta3; did you mean beta1\?/,
  ],
  ["sgd(1, warmup=0.5)", 14, /warmup: a whole number from 0 to 1000000, got 0.5/],
  ["sgd(1, warmup=10, cosine=10)", 0, /sgd: expected a cosine that ends after round 10, got 10/],
  ["sgd(1) | sign", 9, /expected one outer optimizer, got sign too/],
  ["sgd(0.7", 7, /"," or "\)", got the end/],
])("%j is refused at character %i with what was expected", (text, position, problem) => {
  expectRefusal(optimizerOf, text, position, problem);
});
