import fc from "fast-check";
import { expect, it } from "vitest";
import { utf8Length } from "../../shared/base/utf8-length.ts";

it("a text is as long in UTF-8 as the platform's encoder makes it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
    }),
  );
  expect(utf8Length("aé€😀\ud800")).toBe(1 + 2 + 3 + 4 + 3);
});
