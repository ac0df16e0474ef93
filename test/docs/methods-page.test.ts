import { expect, it } from "vitest";
import { methods } from "../../shared/compress/registry.ts";
import { optimizers } from "../../shared/optimizer/registry.ts";
import { methodsPage } from "../../tools/methods-page.ts";
import { textOf } from "./pages.ts";

it("docs/methods.md is what the registries give; `npm run docs:methods` writes it anew", () => {
  expect(textOf("docs/methods.md")).toBe(methodsPage());
});

it("every method has a section with its parameters, its sentence, law and source", () => {
  const entries = new Map(
    methodsPage()
      .split(/^### /m)
      .slice(1)
      .map((entry) => [entry.slice(0, entry.indexOf("\n")), entry]),
  );
  expect([...entries.keys()].sort()).toEqual([...methods, ...optimizers].map(({ name }) => name).sort());
  for (const { name, parameters, summary, law, source } of [...methods, ...optimizers]) {
    const names = Object.keys(parameters).map((key) => `| \`${key}\` |`);
    for (const part of [...names, summary, law, source]) expect(entries.get(name)).toContain(part);
  }
});
