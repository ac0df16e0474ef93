import { expect, test } from "vitest";
import { topologies } from "../../shared/tree/topologies.ts";
import { textOf } from "./pages.ts";

test.each(topologies)(
  "PROTOCOL defines the tree $name and its backup links, and names it as a setting; README says what sets it apart",
  ({ name, summary }) => {
    const lines = textOf("PROTOCOL.md").split("\n");
    const defined = lines.filter((line) => line.startsWith("* **Tree**") && line.includes(`\`${name}\`: the parent of i is`));
    const settings = lines.filter((line) => /^\| `tree` \|/.test(line) && line.includes(`\`${name}\``));
    const reparents = lines.filter((line) => line.startsWith("**Reparent.**") && line.includes(`\`${name}\``));
    expect([defined.length, settings.length, reparents.length]).toEqual([1, 2, 1]);
    expect(textOf("README.md")).toContain(`\`${name}\` (${summary})`);
  },
);
