import { expect, it } from "vitest";
import { models } from "../../client/models/registry.ts";
import { localOptimizers } from "../../client/optimizer/registry.ts";
import { methods } from "../../shared/compress/registry.ts";
import { optimizers } from "../../shared/optimizer/registry.ts";
import { methodsPage } from "../../tools/methods-page.ts";
import { textOf } from "./pages.ts";

it("docs/methods.md is what the registries give; `npm run docs:methods` writes it anew", () => {
  expect(textOf("docs/methods.md")).toBe(methodsPage());
});

it("every method and model has a section with its parameters, its sentence, law and source", () => {
  const entries = new Map(
    methodsPage()
      .split(/^### /m)
      .slice(1)
      .map((entry) => [entry.slice(0, entry.indexOf("\n")), entry]),
  );
  const locals = localOptimizers.map((method) => ({ ...method, name: `local ${method.name}` }));
  const all = [...methods, ...optimizers, ...locals, ...models];
  expect([...entries.keys()].sort()).toEqual(all.map(({ name }) => name).sort());
  for (const { name, parameters, summary, source, ...rest } of all) {
    const names = Object.keys(parameters).map((key) => `| \`${key}\` |`);
    for (const part of [...names, summary, "law" in rest ? rest.law : "Takes:", source])
      expect(entries.get(name)).toContain(part);
  }
});
