import { expect, it } from "vitest";
import { formats } from "../../client/data/formats/registry.ts";
import { usageOf } from "../../shared/run/dealing.ts";
import { partitionMethods } from "../../shared/run/partitions/registry.ts";
import { textOf } from "./pages.ts";

const page = textOf("docs/data.md");

it("the page of data has a row for each format, in the order in which they are tried", () => {
  const rows = formats.map(({ name, summary, told }) => `| \`${name}\` | ${summary} | ${told} |`);
  expect(page).toContain(rows.join("\n"));
});

it("the page of data has a row for each partition", () => {
  const rows = partitionMethods.map((method) => `| \`${usageOf(method)}\` | ${method.summary} | ${method.source} |`);
  expect(page).toContain(rows.join("\n"));
});
