import { posix } from "node:path";
import { expect, it } from "vitest";
import { isThere, pages, textOf } from "./pages.ts";

const folders = ["shared", "client", "signaling-server", "cli", "test", "e2e", "bench", "tools", "docs"];

it("ARCHITECTURE is no longer than a person reads at once", () => {
  expect(textOf("ARCHITECTURE.md").trimEnd().split("\n").length).toBeLessThanOrEqual(250);
});

it("what a page links to is there", () => {
  const dead = pages().flatMap((page) =>
    [...textOf(page).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
      .map(([, target]) => target!)
      .filter((target) => !/^\w+:/.test(target) && !isThere(posix.join(posix.dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  );
  expect(dead).toEqual([]);
});

it("a source file or folder that a page names by its path is there", () => {
  const path = new RegExp(`\`((?:${folders.join("|")})/[\\w./-]*)\``, "g");
  // Decisions are dated: they may name what was there then.
  const named = pages().filter((page) => !page.startsWith("docs/decisions/") && page !== "docs/adding-a-compressor.md");
  const gone = named.flatMap((page) =>
    [...textOf(page).matchAll(path)]
      .map(([, target]) => target!)
      .filter((target) => !isThere(target))
      .map((target) => `${page}: ${target}`),
  );
  expect(gone).toEqual([]);
});

it("a script that a page tells to run is one of package.json", () => {
  const { scripts } = JSON.parse(textOf("package.json")) as { readonly scripts: Readonly<Record<string, string>> };
  const named = pages().flatMap((page) =>
    [...textOf(page).matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, script]) => script!),
  );
  expect([...new Set(named)].filter((script) => scripts[script] === undefined)).toEqual([]);
});
