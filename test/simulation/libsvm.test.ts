import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHasher } from "../../shared/base/hash.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import { createLab } from "../../shared/simulation/lab/lab.ts";
import { parseLibsvm } from "../../shared/simulation/lab/libsvm.ts";
import { logisticProblem } from "../../shared/simulation/lab/logistic-problem.ts";
import { newtonMinimum } from "../../shared/simulation/lab/newton.ts";

it("a LIBSVM file is read line by line; blank lines and comments are passed over", () => {
  const samples = parseLibsvm("# two samples\n+1 1:0.5 4:-2e-1 # the first\r\n\n-1\t2:1\n", "rows");
  expect(samples).toEqual({
    labels: Float64Array.of(1, -1),
    offsets: Uint32Array.of(0, 2, 3),
    indices: Uint32Array.of(0, 3, 1),
    values: Float64Array.of(0.5, -0.2, 1),
    features: 4,
  });
});

it("what is written is read: any labels, ascending indices and finite values", () => {
  const row = fc.record({
    label: fc.integer(),
    entries: fc.dictionary(
      fc.integer({ min: 1, max: 500 }).map(String),
      fc.integer({ min: -1000, max: 1000 }).map((n) => n / 7),
    ),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1 }), (rows) => {
      // An object gives its integer keys in ascending order.
      const lines = rows.map(({ label, entries }) =>
        [label, ...Object.entries(entries).map(([i, value]) => `${i}:${value}`)].join(" "),
      );
      const { labels, indices, values } = parseLibsvm(`1 1:1\n${lines.join("\n")}`, "rows");
      expect([...labels].slice(1)).toEqual(rows.map(({ label }) => label));
      expect([...indices].slice(1)).toEqual(rows.flatMap(({ entries }) => Object.keys(entries).map((i) => Number(i) - 1)));
      expect([...values].slice(1)).toEqual(rows.flatMap(({ entries }) => Object.values(entries)));
    }),
    { numRuns: 50 },
  );
});

it.each([
  ["cut within a value", "1 1:1\n1 1:", 'rows:2: expected a value that is finite, got ""'],
  ["cut within an entry", "1 1:1\n1 1:1 2", 'rows:2: expected index:value, got "2"'],
  ["of comma-separated values", "1,2,3", 'rows:1: expected a label that is finite, got "1,2,3"'],
  ["with NaN", "1 1:1\n\n1 1:nan", 'rows:3: expected a value that is finite, got "nan"'],
  ["with an infinite label", "1e999 1:1", 'rows:1: expected a label that is finite, got "1e999"'],
  ["with indices from 0", "1 0:1", 'rows:1: expected an index from 1 to 10000000, got "0"'],
  ["with a huge index", "1 99999999999:1", 'rows:1: expected an index from 1 to 10000000, got "99999999999"'],
  ["with an index twice", "1 3:1 3:1", "rows:1: expected an index above 3, got 3"],
  ["with falling indices", "1 3:1 2:1", "rows:1: expected an index above 3, got 2"],
  ["that is empty", "", "rows:1: expected at least one sample, got none"],
  ["without any entry", "1\n-1\n", "rows:2: expected at least one entry, got none"],
])("a LIBSVM file %s is refused with its line", (_what, text, message) => {
  expect(() => parseLibsvm(text, "rows")).toThrow(message);
});

describe.each([
  ["mushrooms.txt.gz", 112, 8124],
  ["a9a.txt.gz", 123, 32561],
])("on %s, 20 workers with different labels", (name, features, count) => {
  const file = new URL(`../../../shared/data/libsvm/${name}`, import.meta.url);
  const isThere = existsSync(file);
  const absent = `the data set ${name} is not beside this checkout, in ../shared/data/libsvm`;

  it("Newton's method ends with ‖∇F‖ below 1e-10, and EF14 descends towards that optimum", async (test) => {
    test.skip(!isThere, absent);
    const samples = parseLibsvm(gunzipSync(readFileSync(file)).toString("utf8"), name);
    expect([samples.features, samples.labels.length]).toEqual([features, count]);
    const problem = logisticProblem(samples, { workers: 20, lambda: 1e-3 });
    const optimum = newtonMinimum(problem)!;
    expect(optimum.gradientNorm).toBeLessThan(1e-10);
    const lab = createLab(problem, {
      scheme: schemeOf("ef14(topk(10%))"),
      tree: "heap",
      seed: 1,
      rate: 0.5,
      hasher: await createHasher(),
    });
    const gaps = [lab.report().objective - optimum.value];
    for (let round = 1; round <= 60; round += 1) {
      lab.step();
      if (round % 20 === 0) gaps.push(lab.report().objective - optimum.value);
    }
    for (let i = 1; i < gaps.length; i += 1) expect(gaps[i]!).toBeLessThan(0.9 * gaps[i - 1]!);
    expect(gaps.at(-1)!).toBeGreaterThan(0);
  });
});
