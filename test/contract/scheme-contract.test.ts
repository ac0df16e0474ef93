import { describe, expect, it } from "vitest";
import { type Layout, layoutOf } from "../../shared/base/layout.ts";
import { type Rng, seeded } from "../../shared/base/random.ts";
import { searchOf } from "../../shared/compress/aggregated.ts";
import { type Aggregate, aggregates } from "../../shared/compress/aggregates.ts";
import { createContexts } from "../../shared/compress/context.ts";
import { methods } from "../../shared/compress/registry.ts";
import { parseScheme } from "../../shared/compress/text/grammar.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import type { Answer, Encoded, Exchange, Scheme } from "../../shared/compress/types.ts";
import { LocalAllReduce } from "../../shared/simulation/lab/local-all-reduce.ts";
import type { MergeRule } from "../../shared/sum/merge-rule.ts";
import { allFinite, type State, toDense, type Update, zeroUpdate } from "../../shared/vector/update.ts";

const peers = 5;
const layout = layoutOf([
  { name: "kernel", shape: [12, 10] },
  { name: "bias", shape: [10] },
  { name: "scale", shape: [1] },
]);
const single = layoutOf([{ name: "x", shape: [1] }]);

/** The examples of what goes inside an error feedback, and of the feedbacks. */
const isInner = (kind: string): boolean => ["compressor", "sparsifier", "quantizer"].includes(kind);
const compressors = methods.filter(({ kind }) => isInner(kind)).map(({ example }) => example);
const feedbacks = methods.filter(({ kind }) => !isInner(kind)).map(({ example }) => example);
/** What a method's one example does not show: compressors, and whole schemes. */
const isCompressor = (text: string): boolean =>
  methods.some(({ name, kind }) => isInner(kind) && name === parseScheme(text).name);
const shown = methods.flatMap(({ variants = [] }) => variants);
const variants = [...shown.filter(isCompressor), "topk(10%, adaptive=1) | twolevel"];
const wholes = shown.filter((text) => !isCompressor(text));
/** Sums on one support for all peers, written as "scheme by aggregate". */
const shared = aggregates
  .filter((aggregate) => searchOf(aggregate) !== undefined)
  .flatMap((aggregate) =>
    ["topk(10%)", "topk(10%, tensor=1) | block8", "impk(10%, cube=[0.5, 1.5])"].map(
      (text) => [text, ` by ${aggregate}`] as const,
    ),
  );

/** The scheme of a text, or that of "scheme by aggregate". */
function schemeBy(text: string): Scheme {
  const [scheme, aggregate] = text.split(" by ") as [string, Aggregate | undefined];
  return schemeOf(scheme, undefined, { search: aggregate === undefined ? undefined : searchOf(aggregate) });
}

const texts = [
  ...shared.flatMap(([text, by]) => [`${text}${by}`, `ef14(${text})${by}`, `ef21(${text})${by}`]),
  ...shared.filter(([text]) => text === "topk(10%)").map(([text, by]) => `scam(${text})${by}`),
  ...feedbacks,
  ...wholes,
  ...[...compressors, ...variants].flatMap((text) => [text, `ef14(${text})`, `ef21(${text})`]),
];
/** Merges that add coordinate by coordinate: those of factors add what the factors stand for, those of places pass on no numbers. */
const isLinear = ({ kind, places }: MergeRule): boolean =>
  ["exact", "truncate", "truncate-blocks"].includes(kind) && places === undefined;

/** ∇ of ½‖x − 1‖². */
const gradientAt = (_peer: number, at: Float32Array): Float32Array => at.map((value) => value - 1);

function draws(shape: Layout, rng: Rng): Float32Array {
  const x = new Float32Array(shape.length);
  for (let i = 0; i < x.length; i += 1) x[i] = rng.normal();
  return x;
}

/** Some rounds of five peers; what all applied in each, and the states they ended with. */
function run(scheme: Scheme, shape: Layout, xs: (rng: Rng) => Float32Array, rounds = 3) {
  const rng = seeded(2, "contract");
  const allReduce = new LocalAllReduce(scheme, shape, peers);
  const estimates: Float32Array[] = [];
  const bytes: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const given = allReduce.local.map(() => xs(rng));
    const estimate = toDense(allReduce.round(given, rng, gradientAt));
    allReduce.parameters = allReduce.parameters.map((value, i) => value - 0.1 * estimate[i]!);
    estimates.push(estimate);
    bytes.push(allReduce.bytes);
  }
  return { allReduce, estimates, bytes };
}

/** Answers the first `most` asks of a method as if it were alone; what it asked for, and its state if it came to the end. */
function drive(
  exchange: Exchange<Encoded>,
  most: number,
): { readonly sums: Update[]; readonly asks: number; readonly local: State | null } {
  const sums: Update[] = [];
  let step = exchange.next();
  let asks = 0;
  while (step.done !== true) {
    if (asks === most) {
      return { sums, asks, local: null };
    }
    asks += 1;
    const ask = step.value;
    if (ask.kind === "largest") throw new Error("expected a scheme that encodes arrays, got one for vectors of a device");
    step = exchange.next(answerTo(ask.kind === "reduce" ? ask.update : ask.at, sums));
  }
  return { sums, asks, local: step.value.local };
}

function answerTo(asked: Update | Float32Array, sums: Update[]): Answer {
  if (asked instanceof Float32Array) return { kind: "gradient", gradient: gradientAt(0, asked) };
  sums.push(asked);
  return { kind: "reduced", total: asked, rest: zeroUpdate(asked.length) };
}

/** Notes, for each phase, Σ over peers of what was given to the sum less what the giver's own merge rejected. */
function accounted(scheme: Scheme): { readonly scheme: Scheme; readonly kept: Float64Array[] } {
  const kept = scheme.phases(layout, { round: 1, members: 3 }).map(({ length }) => new Float64Array(length));
  const add = (target: Float64Array, update: Update, sign: number): void => {
    for (const [i, value] of toDense(update).entries()) target[i]! += sign * value;
  };
  return {
    kept,
    scheme: {
      ...scheme,
      *encode(...given) {
        const exchange = scheme.encode(...given);
        let phase = 0;
        let step = exchange.next();
        while (step.done !== true) {
          const ask = step.value;
          const answer = yield ask;
          if (ask.kind === "reduce" && answer.kind === "reduced") {
            add(kept[phase]!, ask.update, 1);
            add(kept[phase]!, answer.rest, -1);
            phase += 1;
          }
          step = exchange.next(answer);
        }
        return step.value;
      },
    },
  };
}

function expectNear(found: ArrayLike<number>, expected: ArrayLike<number>, relative: number): void {
  let error = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i += 1) {
    error += (found[i]! - expected[i]!) ** 2;
    size += expected[i]! ** 2;
  }
  expect(Math.sqrt(error)).toBeLessThanOrEqual(relative * Math.sqrt(size));
}

function summed(vectors: readonly Float32Array[]): Float64Array {
  const sum = new Float64Array(vectors[0]!.length);
  for (const vector of vectors) for (let i = 0; i < sum.length; i += 1) sum[i]! += vector[i]!;
  return sum;
}

/** The bits of every slot: toEqual alone would take what was changed and changed back for untouched, and NaN for NaN. */
function bitsOf(...states: readonly State[]): unknown {
  return states.map((state) =>
    Object.entries(state).map(([slot, value]) => [
      slot,
      typeof value === "number" ? value : [...new Uint32Array(value.slice().buffer)],
    ]),
  );
}

describe.each(texts)("the scheme %s", (text) => {
  it("gives the same bytes, totals and states for the same seed", () => {
    const [one, other] = [1, 2].map(() => run(schemeBy(text), layout, (rng) => draws(layout, rng)));
    expect(one!.bytes).toEqual(other!.bytes);
    expect(one!.estimates).toEqual(other!.estimates);
    expect(bitsOf(one!.allReduce.replicated, ...one!.allReduce.local)).toEqual(
      bitsOf(other!.allReduce.replicated, ...other!.allReduce.local),
    );
  });

  it("totals, off the wire, what its peers gave less what their merges rejected", () => {
    const { scheme, kept } = accounted(schemeBy(text));
    const { allReduce } = run(scheme, layout, (rng) => draws(layout, rng), 1);
    for (const [phase, { merge }] of scheme.phases(layout, { round: 1, members: 3 }).entries())
      if (isLinear(merge)) expectNear(toDense(allReduce.decisions[0]!.totals[phase]!), kept[phase]!, 1e-5);
  });

  it("asks for as many sums as it has phases, each of its length", () => {
    const scheme = schemeBy(text);
    for (const shape of [layout, single]) {
      const { local, replicated } = scheme.init(shape);
      const context = createContexts({ seed: 1, seat: 0, parameters: () => new Float32Array(shape.length) })({
        layout: shape,
        round: 1,
        members: 1,
      });
      const { sums } = drive(scheme.encode(draws(shape, seeded(1, "x")), local, replicated, context), Number.POSITIVE_INFINITY);
      expect(sums.map(({ length }) => length)).toEqual(
        scheme.phases(shape, { round: 1, members: 3 }).map(({ length }) => length),
      );
    }
  });

  it("leaves x and the states it is given as they were, wherever an exchange is dropped, and repeats it alike", () => {
    const scheme = schemeBy(text);
    const { allReduce } = run(scheme, layout, (rng) => draws(layout, rng));
    const local = allReduce.local[1]!;
    const { replicated } = allReduce;
    const x = draws(layout, seeded(3, "x"));
    const before = bitsOf(local, replicated, { x });
    const attempt = (most: number) =>
      drive(scheme.encode(x, local, replicated, allReduce.contextOf(1)({ layout, round: 4, members: peers })), most);
    const whole = attempt(Number.POSITIVE_INFINITY);
    expect(bitsOf(local, replicated, { x })).toEqual(before);
    for (let most = 0; most < whole.asks; most += 1) {
      attempt(most);
      expect(bitsOf(local, replicated, { x })).toEqual(before);
    }
    expect(bitsOf(attempt(Number.POSITIVE_INFINITY).local!)).toEqual(bitsOf(whole.local!));
    for (const changed of [
      scheme.onExcluded(x, local),
      scheme.onRollback(zeroUpdate(layout.length), local),
      scheme.onMembershipChange(local, replicated),
    ])
      expect(Object.keys(changed).sort()).toEqual(Object.keys(local).sort());
    expect(bitsOf(local, replicated, { x })).toEqual(before);
  });

  it("sums a model of one coordinate, and nothing but zeros", () => {
    for (const shape of [layout, single]) {
      for (const scale of [1, 0]) {
        const { allReduce, estimates } = run(schemeBy(text), shape, (rng) => draws(shape, rng).map((value) => scale * value));
        for (const estimate of estimates) expect(allFinite(estimate)).toBe(true);
        const slots = [allReduce.replicated, ...allReduce.local].flatMap((state) => Object.values(state));
        for (const slot of slots) expect(allFinite(typeof slot === "number" ? Float32Array.of(slot) : slot)).toBe(true);
      }
    }
  });
});

describe.each([...[...compressors, ...variants].map((text) => [text, ""] as const), ...shared])(
  "the compressor %s%s over five peers",
  (text, by) => {
    it("leaves to ef14 just what the total does not hold: Σ delivered = the decoded total", () => {
      const xs: Float32Array[] = [];
      const { allReduce, estimates } = run(
        schemeBy(`ef14(${text})${by}`),
        layout,
        (rng) => xs[xs.push(draws(layout, rng)) - 1]!,
        1,
      );
      const residuals = summed(allReduce.local.map(({ residual }) => residual as Float32Array));
      const delivered = summed(xs).map((value, i) => value - residuals[i]!);
      expectNear(
        estimates[0]!.map((value) => peers * value),
        delivered,
        1e-5,
      );
    });

    it("gives ef21 a mean that is what the peers believe: Σ believed = n · mean", () => {
      const { allReduce } = run(schemeBy(`ef21(${text})${by}`), layout, (rng) => draws(layout, rng));
      const believed = summed(allReduce.local.map((local) => local["believed"] as Float32Array));
      expectNear(
        believed,
        (allReduce.replicated["mean"] as Float32Array).map((value) => peers * value),
        1e-5,
      );
    });
  },
);
