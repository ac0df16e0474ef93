import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../shared/base/layout.ts";
import { SchemeError } from "../../shared/compress/text/grammar.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import { expectRefusal } from "../support/refusal.ts";

const layout = layoutOf([{ name: "x", shape: [250] }]);
const kept = (text: string): unknown => schemeOf(text).phases(layout, { round: 1, members: 3 })[0]!.merge;

describe("a scheme's text", () => {
  it("takes a number with % as a share, rounded up, and without as a count", () => {
    expect(kept("topk(1%)")).toEqual({ kind: "truncate", keep: 3 });
    expect(kept("ef14( topk( 7 ) , decay = 0.95 )")).toEqual({ kind: "truncate", keep: 7 });
    expect(kept("ef21(topk(0.1%))")).toEqual({ kind: "truncate", keep: 1 });
    expect(kept("none")).toEqual({ kind: "exact" });
  });

  it.each([
    ["ef14(topk(1%)", 13, /"," or "\)", got the end/],
    ["topk(0%)", 5, /a share such as 1% or a count such as 500, got 0%/],
    ["topk(1.5)", 5, /got 1.5/],
    ["powersgd(1.5)", 9, /r: a whole number from 1 to 1024, got 1.5/],
    ["topk", 4, /expected k/],
    ["topk(k=1%, k=2%)", 11, /k once, got it twice/],
    ["ef14(topk(1%), decay=2)", 21, /decay: a number from 0 to 1, got 2/],
    ["ef14(topk(1%), decya=0.9)", 15, /got decya; did you mean decay\?/],
    ["ef14(topk(1%), 0.9, 0.5, 3)", 25, /got one more/],
    ["ef14(ef21(topk(1%)))", 5, /expected a compressor \(none, topk, .*\), got the error feedback ef21/],
    ["qsgd(8) | topk(1%)", 0, /expected a sparsifier \(topk, randk.*\) before \|, got the quantizer qsgd/],
    ["ef14(topk(1%)) | sign", 0, /before \|, got the error feedback ef14/],
    ["ef14(none | sign)", 5, /before \|, got the compressor none/],
    ["topk(1%) | randk(1%)", 11, /expected a quantizer \(qsgd, .*\) after \|, got the sparsifier randk/],
    ["topk(1%) | sign | natural", 18, /expected one quantizer after \|, got natural too/],
    ["topk(1%) |", 10, /the name of a method, got the end/],
    ["qsgd", 4, /expected levels: a whole number/],
    ["randk(1%, scaled=2)", 17, /scaled: a whole number from 0 to 1, got 2/],
    ["ef14(5)", 5, /got the number 5/],
    ["tpok(1%)", 0, /did you mean topk\?/],
    ["ef14(topk(1%)) x", 15, /expected the end, got "x"/],
    ["", 0, /expected the name of a method, got the end/],
  ])("%j is refused at character %i with what was expected", (text, position, problem) => {
    expectRefusal(schemeOf, text, position, problem);
  });

  it("of any kind is taken or refused with a typed error", () => {
    const token = fc.constantFrom("ef14", "ef21", "topk", "none", "(", ")", ",", "=", "1%", "5", "decay", " ", "é", "-1", "1e9");
    fc.assert(
      fc.property(fc.array(token, { maxLength: 90 }), (tokens) => {
        try {
          schemeOf(tokens.join(""));
        } catch (cause) {
          expect(cause).toBeInstanceOf(SchemeError);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
