import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createCellData } from "../../../cli/lab/cell-data.ts";
import { readLabFile } from "../../../cli/lab/lab-file.ts";
import { playCell } from "../../../cli/lab/play-cell.ts";
import { isThere } from "../../docs/pages.ts";

const results = fileURLToPath(new URL("../../../docs/results/", import.meta.url));
const data = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));
const files = readdirSync(results, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".yaml"));
const read = createCellData(data);

/** Enough that each method has come to all that it does: a refresh of importance, a residual that is used. */
const short = { rounds: 3, every: 1, batch: 16, test: 40 };

describe.skipIf(!isThere("../shared/data"))("in a short form, on the real data beside the clone", () => {
  it.each(files)("every arm of docs/results/%s trains", async (name) => {
    const { cells } = readLabFile(`${results}${name}`);
    const arms = cells.filter(({ arm }, i) => cells.findIndex((one) => one.arm === arm) === i);
    for (const { arm, cell } of arms) {
      const train = cell.task === "language" ? 20_000 : 400;
      const row = await playCell({ arm, cell: { ...cell, ...short, train } }, read);
      expect(row.divergedIn, arm).toBeNull();
      expect(row.points.map(({ round }) => round)).toEqual([1, 2, 3]);
      for (const { metrics } of row.points) expect(Number.isFinite(metrics["loss"]), arm).toBe(true);
    }
  });
});
