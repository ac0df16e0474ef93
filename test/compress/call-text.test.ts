import { expect, it } from "vitest";
import { methods } from "../../shared/compress/registry.ts";
import { callText } from "../../shared/compress/text/call-text.ts";
import { parseScheme } from "../../shared/compress/text/grammar.ts";

it.each(methods.map(({ example }) => example))("the text of what %s parses to is the same", (example) => {
  expect(callText(parseScheme(example))).toBe(example);
});

it("of any spacing there is one text", () => {
  expect(callText(parseScheme(" ef14(impk( 1.50% ,cube=[ 1,2 ])|sign ,decay= .9)"))).toBe(
    "ef14(impk(1.5%, cube=[1, 2]) | sign, decay=0.9)",
  );
});
