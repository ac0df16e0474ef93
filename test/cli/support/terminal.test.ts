import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createReportText } from "../../../cli/report-text.ts";
import { jsonLine, printable } from "../../../cli/support/terminal.ts";

/** What a terminal obeys, or what makes it show another text than was sent. */
const obeyed = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

describe("what strangers say is shown, and not obeyed", () => {
  it("as escapes", () => {
    expect(printable("\x1b]0;title\x07 \x9b2J \u202Eevil\u2066 a\u200bb\r\n")).toBe(
      "\\u001b]0;title\\u0007 \\u009b2J \\u202eevil\\u2066 a\\u200bb\\u000d\\u000a",
    );
    expect(printable("Ärger 日本 🦊 ‖∇F‖²\n  ^", { lines: true })).toBe("Ärger 日本 🦊 ‖∇F‖²\n  ^");
  });

  it("in text and in JSON, which parses to the same", () => {
    const some = fc.string({ unit: "binary", maxLength: 20 });
    const character = fc.constantFrom(..."\x1b\x9b\x7f\u200b\u202e\u2028\u2066\ufeff");
    fc.assert(
      fc.property(fc.tuple(some, character, some), (parts) => {
        const text = parts.join("");
        expect(printable(text)).not.toMatch(obeyed);
        expect(jsonLine({ text })).not.toMatch(obeyed);
        expect(JSON.parse(jsonLine({ text }))).toEqual({ text });
      }),
    );
  });

  it("in one line of a report, be it a server's notice or a peer's name", () => {
    const textOf = createReportText();
    expect(textOf({ type: "notice", text: "a\nb\x1b[2J" })).toBe("a\\u000ab\\u001b[2J");
  });

  it("wherever the command line writes: only one file does", () => {
    const folder = new URL("../../../cli/", import.meta.url);
    const writers = readdirSync(folder, { encoding: "utf8", recursive: true }).filter(
      (name) => name.endsWith(".ts") && /std(out|err)\.write|console\./.test(readFileSync(new URL(name, folder), "utf8")),
    );
    expect(writers.sort()).toEqual(["main.ts", "support/terminal.ts"]); // main.ts: commander's own, made printable
  });
});
