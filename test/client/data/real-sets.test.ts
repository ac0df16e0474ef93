import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../client/data/data-set.ts";
import { type PartSummary, summaryOf } from "../../../client/data/data-summary.ts";
import { readFiles } from "../../../client/data/read-files.ts";
import { schemaText } from "../../../client/data/schema/schema.ts";
import { schemaOf } from "../../../client/data/schema/schema-of.ts";
import { inputFiles } from "../../../client/node/input-files.ts";

/** Public data sets beside the checkout; the product neither contains nor needs them. */
const folder = new URL("../../../../shared/data/", import.meta.url).pathname;

/** Samples of each class of the label that is taken where nobody names one, or characters. */
function sizesOf({ size, classes }: PartSummary): readonly number[] {
  return classes?.map(({ samples }) => samples) ?? [size];
}

describe.skipIf(!existsSync(folder))("the public data sets, if they are beside this checkout in ../shared/data", () => {
  it.each([
    ["uci/iris.csv", "csv", [50, 50, 50], null],
    ["uci/wine_data.csv", "csv", [59, 71, 48], null],
    ["uci/breast_cancer.csv", "csv", [212, 357], null],
    ["uci/digits.csv.gz", "csv", [178, 182, 177, 183, 181, 182, 181, 179, 174, 180], null],
    ["libsvm/mushrooms.txt.gz", "libsvm", [3_916, 4_208], null],
    ["libsvm/a9a.txt.gz", "libsvm", [24_720, 7_841], null],
    [
      "mnist",
      "idx",
      [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
      [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
    ],
    ["cifar10", "cifar10", Array(10).fill(1_000), Array(10).fill(200)],
    ["tinyshakespeare", "text", [1_115_394], null],
    ["wikitext2", "text", [10_780_437], [1_255_018]],
  ])("%s is read as %s, and a schema made of it", async (path, format, train, test) => {
    const found = await readFiles(await inputFiles(join(folder, path)));
    const summary = summaryOf(found, null);
    expect([summary.format, summary.problem]).toEqual([format, null]);
    expect(sizesOf(summary.train)).toEqual(train);
    expect(summary.test && sizesOf(summary.test)).toEqual(test);
    expect(schemaText(schemaOf(found.train)).length).toBeLessThan(6 * 1024);
  });
});

describe("the files at a path", () => {
  it("are all below a folder by their paths in order, or the one file by its name", async () => {
    const root = await mkdtemp(join(tmpdir(), "copse-data-"));
    try {
      await writeFile(join(root, "b.csv"), "a,b\n1,2\n");
      await writeFile(join(root, ".hidden"), "x");
      await writeFile(join(root, "a.csv"), "a,b\n3,4\n");
      const files = await inputFiles(root);
      expect(files.map(({ path, size }) => [path, size])).toEqual([
        [".hidden", 1],
        ["a.csv", 8],
        ["b.csv", 8],
      ]);
      expect(new TextDecoder().decode(await files[1]!.read(4, 100))).toBe("3,4\n");
      expect(await readFiles(files)).toMatchObject({ train: { rows: 2 }, leftOut: [".hidden"] });
      expect((await inputFiles(join(root, "b.csv"))).map(({ path }) => path)).toEqual(["b.csv"]);
      await expect(inputFiles(join(root, "none"))).rejects.toThrow(DataError);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});
