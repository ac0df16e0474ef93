import { expect, it } from "vitest";
import { methods } from "../../shared/compress/registry.ts";

it.each(methods.map((method) => [method.name, method] as const))(
  "%s says what it does in one short sentence",
  (_name, method) => {
    expect(method.summary).toMatch(/^[A-Z][^.]{20,110}\.$/);
  },
);

it("no two methods have the same name, or say the same of themselves", () => {
  for (const key of ["name", "summary"] as const) expect(new Set(methods.map((method) => method[key])).size).toBe(methods.length);
});
