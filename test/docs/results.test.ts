import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { readLabFile } from "../../cli/lab/lab-file.ts";
import { resultsOf } from "../../cli/lab/results-of.ts";
import { readRows } from "../../cli/lab/rows.ts";
import { rowsOfCells } from "../../cli/lab/rows-of-cells.ts";
import { tableCells } from "../../cli/lab/table-cells.ts";
import { tableOf } from "../../cli/lab/table-of.ts";
import { markdownTable } from "../../cli/support/markdown-table.ts";

const folder = fileURLToPath(new URL("../../docs/results/", import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".yaml"));
const played = files.filter((name) => existsSync(resultsOf(`${folder}${name}`)));

it("there are results to check, and the runs of every file are as they should be", () => {
  expect(played.length).toBeGreaterThan(0);
  for (const name of files) expect(readLabFile(`${folder}${name}`).cells.length).toBeGreaterThan(0);
});

it.each(played)("%s: every row is of one of its runs, and the page beside it shows their table and picture", (name) => {
  const lab = readLabFile(`${folder}${name}`);
  const rows = readRows(resultsOf(`${folder}${name}`));
  const own = rowsOfCells(lab, rows);
  expect(own).toHaveLength(rows.length);
  const page = `${folder}${name.replace(/[^/]*$/, "README.md")}`;
  const text = readFileSync(page, "utf8");
  const metrics = [null, ...Object.keys(own[0]!.points.at(-1)!.metrics)];
  const tables = metrics.map((metric) => markdownTable(tableCells(tableOf(own, lab.varied, metric))));
  expect(
    tables.some((table) => text.includes(table)),
    `${page} has the table of ${name}`,
  ).toBe(true);
  const picture = name.replace(/^.*\/|\.yaml$/g, "").concat(".svg");
  if (existsSync(page.replace("README.md", picture))) expect(text).toContain(`](${picture})`);
});
