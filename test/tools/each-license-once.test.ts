import { expect, it } from "vitest";
import { withEachOnce } from "../../tools/each-license-once.ts";

it("a license stands once in a file, and nothing else of it changes", () => {
  const [one, other] = ["/**\n * @license\n * Copyright A\n */", "/** @license B */"];
  const code = `let a="*/*";\n${one}\nlet b=/[/*]/;${other}\n${one}\nlet c="/*";\n${other}/* no notice */let d;${one}`;
  expect(withEachOnce(code)).toBe(`let a="*/*";\n${one}\nlet b=/[/*]/;${other}\nlet c="/*";\n/* no notice */let d;`);
});
