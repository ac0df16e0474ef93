import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { zipFile } from "../client/data/formats/zip-file.ts";

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
const loader = new URL("../../node_modules/tsx/dist/loader.mjs", import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), "copse-data-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Run {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs `copse data` to its end. */
function data(...args: readonly string[]): Promise<Run> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ["--import", loader, main, "data", ...args], (_, out, error) =>
      resolve({ code: child.exitCode ?? -1, out, error }),
    );
  });
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const people = "age,color,ill\n31,red,no\n?,blue,yes\n40,red,no\n";

describe("copse data inspect", () => {
  it("tells format, shape, classes with a histogram, and missing values", async () => {
    expect(await data("inspect", file("people.csv", people))).toEqual({
      code: 0,
      error: "",
      out: `format    csv (Tables in text: cells between commas, semicolons, tabs or bars, with a header or none)
train     3 rows, 3 columns
held out  no part of the files
label     ill

class  samples
no           2  ██████████████████████████████
yes          1  ███████████████

column        kind  missing        least  mean  greatest
age        numbers        1           31  35.5        40
color   categories        0  2 different
ill     categories        0  2 different
`,
    });
  });

  it("says what would be refused, where, and reads on", async () => {
    const { code, out } = await data("inspect", file("ill.csv", "age,ill\n31,no\n32,\n33,yes\n"));
    expect(code).toBe(0);
    expect(out).toContain("refused: column ill, row 2: expected a label, got nothing");
  });

  it("prints a histogram of equal steps for a label of numbers", async () => {
    const rows = Array.from({ length: 100 }, (_, i) => `1,${(i * i) / 100}\n`).join("");
    const { out } = await data("inspect", file("numbers.csv", `a,b\n${rows}`), "--label", "b");
    expect(out).toContain("value");
    expect(out).toMatch(/0 to 9\.801 +32 +█{30}\n/);
  });

  it("of files that cannot be read says why in one sentence, with exit code 1", async () => {
    const zip = zipFile([{ path: "a.csv", bytes: new TextEncoder().encode(people), said: { bytes: 2 ** 31 } }]);
    const { code, out, error } = await data("inspect", file("bomb.zip", zip));
    expect([code, out, error]).toEqual([
      1,
      "",
      "error: bomb.zip: expected at most 1073741824 bytes in a zip archive, got 2147483648\n",
    ]);
    expect(await data("inspect", join(folder, "nothing"))).toMatchObject({ code: 1 });
  });

  it("prints one JSON line", async () => {
    const { out } = await data("inspect", file("people.csv", people), "--label", "color", "--json");
    expect(JSON.parse(out)).toMatchObject({
      ...{ type: "data", format: "csv", label: "color", problem: null, leftOut: [], test: null },
      train: {
        ...{ kind: "table", size: 3, shape: "3 columns" },
        classes: [
          { name: "blue", samples: 1 },
          { name: "red", samples: 2 },
        ],
        columns: [{ name: "age", kind: "number", missing: 1, range: [31, 35.5, 40], different: null }, {}, {}],
      },
    });
  });
});

describe("copse data partition", () => {
  it("shows samples of each class in each partition, by the product's own dealing", async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${i},${"ab"[i % 2]}\n`).join("");
    const path = file("letters.csv", `n,letter\n${rows}`);
    const { out } = await data("partition", path, "--partition", "shards(1)", "--partitions", "2", "--json");
    expect(JSON.parse(out)).toMatchObject({
      ...{ type: "partition", partition: "shards(1)", partitions: 2, seed: 1, samples: 60, classes: ["a", "b"] },
      histogram: expect.arrayContaining([
        [30, 0],
        [0, 30],
      ]),
    });
    const text = await data("partition", path, "--partition", "by(letter)", "--partitions", "2");
    expect(text.out).toBe(`60 samples by by(letter) in 2 partitions, seed 1

partition   a   b  samples
0          30   0       30  ██████████████████████████████
1           0  30       30  ██████████████████████████████
`);
  });

  it.each([
    [
      ["--partition", "dirichlet(0)", "--partitions", "2"],
      2,
      "--partition: expected dirichlet(α) with α from 0.001 to 1000000, got dirichlet(0)",
    ],
    [
      ["--partition", "writers", "--partitions", "2"],
      2,
      "--partition: expected one of files, whose writers are not known, got writers",
    ],
    [["--partition", "iid", "--partitions", "0"], 2, "--partitions: expected"],
    [["--partition", "iid", "--partitions", "9"], 1, "expected at least 9 samples, one for each piece that is dealt, got 3"],
    [
      ["--partition", "by(site)", "--partitions", "2"],
      1,
      'partition: expected by(column) with one of the columns age, color, ill, got "site"',
    ],
  ])("refuses %j", async (args, code, message) => {
    const run = await data("partition", file("people.csv", people), ...args);
    expect(run.code).toBe(code);
    expect(run.error).toContain(`error: ${message}`);
  });
});

const iris = fileURLToPath(new URL("../../../shared/data/uci/iris.csv", import.meta.url));

it("copse data inspect tells of the iris data set, if it is beside this checkout in ../shared/data", async (test) => {
  test.skip(!existsSync(iris), `${iris} is not there`);
  const { code, out } = await data("inspect", iris, "--json");
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    format: "csv",
    label: "class",
    problem: null,
    train: { size: 150, shape: "5 columns" },
  });
});
