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
