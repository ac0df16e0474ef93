import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { textOf } from "./pages.ts";

const shared = fileURLToPath(new URL("../../shared", import.meta.url));
const layers = readdirSync(shared, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
/** What a function is given, and what it throws, is explained where it stands. */
const isExplained = /(Options|Error|Host)$/;

/** The names of all interfaces, types and classes that a layer exports. */
function termsOf(layer: string): string[] {
  const files = readdirSync(join(shared, layer), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const names = files.flatMap((file) =>
    [...readFileSync(join(shared, layer, file), "utf8").matchAll(/^export (?:abstract )?(?:interface|type|class) (\w+)/gm)].map(
      ([, name]) => name!,
    ),
  );
  return [...new Set(names)].filter((name) => !isExplained.test(name));
}

const sections = new Map(
  textOf("docs/glossary.md")
    .split(/^## /m)
    .map((section) => [section.slice(0, section.indexOf("\n")), section.split("\n").filter((line) => line.startsWith("| `"))]),
);
const inGlossary = (layer: string): string[] => (sections.get(layer) ?? []).map((row) => /^\| `(\w+)`/.exec(row)![1]!);

it("the glossary has every exported term of shared/, in the section of its layer, and none that is gone", () => {
  const missing = layers.flatMap((layer) => {
    const written = new Set(inGlossary(layer));
    return termsOf(layer)
      .filter((term) => !written.has(term))
      .map((term) => `${layer}: ${term}`);
  });
  const stale = [...sections.keys()].flatMap((layer) => {
    const exported = layers.includes(layer) ? new Set(termsOf(layer)) : new Set();
    return inGlossary(layer)
      .filter((term) => !exported.has(term))
      .map((term) => `${layer}: ${term}`);
  });
  expect({ missing, stale }).toEqual({ missing: [], stale: [] });
});

it("the glossary says of each term what it means, once, in alphabetical order", () => {
  for (const layer of layers) {
    const terms = inGlossary(layer).map((term) => term.toLowerCase());
    expect(terms).toEqual([...new Set(terms)].sort());
    const short = (sections.get(layer) ?? []).filter((row) => !/^\| `\w+` \| .{10,160} \| .+ \|$/.test(row));
    expect(short).toEqual([]);
  }
});
