import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { localOf } from "../../../client/optimizer/local-of.ts";
import { localOptimizers } from "../../../client/optimizer/registry.ts";
import { caretLines } from "../../../client/page/landing/caret-lines.ts";
import { offers } from "../../../client/page/landing/offers.ts";
import { methodsIn, pickMethod } from "../../../client/page/landing/pick-method.ts";
import type { Described } from "../../../shared/compress/method.ts";
import { methods } from "../../../shared/compress/registry.ts";
import { schemeOf } from "../../../shared/compress/text/scheme-of.ts";
import { optimizerOf } from "../../../shared/optimizer/optimizer-of.ts";
import { optimizers } from "../../../shared/optimizer/registry.ts";
import { defaultConfig } from "../../../shared/run/config.ts";

const named = (name: string) => methods.find((method) => method.name === name)!;
/** Methods picked one after another, starting from a text. */
const picked = (text: string, ...names: readonly string[]): string =>
  names.reduce((scheme, name) => pickMethod(scheme, named(name)), text);

describe("the list of methods", () => {
  it.each([
    ["scheme", methods, schemeOf],
    ["outer", optimizers, optimizerOf],
    ["local", localOptimizers, localOf],
  ] as const)("for %s has every entry of its registry once, marks what is in use, and builds", (key, registry, build) => {
    const { groups, used } = offers[key]!(defaultConfig[key]);
    const choices = groups.flatMap((group) => group.choices);
    expect(choices).toHaveLength(registry.length);
    expect(new Set(choices.map(({ method }) => method))).toEqual(new Set<Described>(registry));
    expect(new Set(choices.filter(({ isUsed }) => isUsed).map(({ method }) => method))).toEqual(new Set(used));
    expect(used!.length).toBeGreaterThan(0);
    for (const { becomes } of choices) expect(() => build(becomes)).not.toThrow();
    for (const group of groups) expect(group.choices.length).toBeGreaterThan(0);
  });

  it("for a text that is wrong marks nothing", () => {
    for (const key of ["scheme", "outer", "local"] as const) {
      const { groups, used } = offers[key]!("sgd(topk(");
      expect(used).toBeNull();
      expect(groups.flatMap((group) => group.choices).some(({ isUsed }) => isUsed)).toBe(false);
    }
  });

  it.each([
    ["an error feedback goes around the compressor in place of another", "ef14(topk(1%))", ["ef21"], "ef21(topk(1%))"],
    ["an error feedback goes around a compressor that has none", "topk(1%) | sign", ["econtrol"], "econtrol(topk(1%) | sign)"],
    [
      "a sparsifier keeps the amount and the error feedback",
      "ef14(topk(500), decay=0.9)",
      ["randk"],
      "ef14(randk(500, seeded=1), decay=0.9)",
    ],
    ["a sparsifier keeps the quantizer", "topk(1%) | qsgd(8)", ["randk"], "randk(1%, seeded=1) | qsgd(8)"],
    ["a quantizer goes behind the sparsifier in place of another", "ef14(topk(1%) | sign)", ["qsgd"], "ef14(topk(1%) | qsgd(8))"],
    ["a quantizer takes the place of a compressor that has none behind it", "ef14(powersgd(2))", ["sign"], "ef14(sign)"],
    ["a whole compressor drops the quantizer", "ef14(topk(1%) | sign)", ["powersgd"], "ef14(powersgd(2))"],
    ["none is alone", "ef14(topk(1%))", ["none"], "none"],
    ["what does not go together gives the example", "ef14(powersgd(2))", ["scam"], named("scam").example],
    ["scam takes over a sparsifier without its quantizer", "ef14(topk(1%) | sign)", ["scam"], "scam(topk(1%))"],
    ["a text that is no scheme counts as the default", "ef14(tpok(1%", ["ef21"], "ef21(topk(1%))"],
    ["several, one after another", "none", ["topk", "twolevel", "ef21-sgdm"], "ef21-sgdm(topk(10%) | twolevel)"],
  ])("picking: %s", (_what, text, names, scheme) => {
    expect(picked(text, ...names)).toBe(scheme);
  });

  it("leads from scheme to scheme, with the method picked last in it, whatever was picked before", () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.constantFrom(...methods), { minLength: 1, maxLength: 6 }), (text, picks) => {
        const scheme = picked(text, ...picks.map(({ name }) => name));
        expect(() => schemeOf(scheme)).not.toThrow();
        expect(methodsIn(scheme)).toContain(picks.at(-1));
      }),
    );
  });
});

describe("a scheme in words", () => {
  it("names its methods from the outside in, and nothing for a text that is none", () => {
    expect(methodsIn("ef14( topk(1%)|qsgd(8) )")?.map(({ name }) => name)).toEqual(["ef14", "topk", "qsgd"]);
    expect(methodsIn("scam(topk(1%), mode=reset)")?.map(({ name }) => name)).toEqual(["scam", "topk"]);
    expect(methodsIn("ef14(topk(1%)")).toBeNull();
  });
});

describe("a caret under a text", () => {
  it("stands under the character meant, within the width, and leaves a text that fits whole", () => {
    const anyPlace = fc
      .tuple(fc.string({ maxLength: 200 }), fc.integer({ min: 3, max: 80 }))
      .chain(([text, width]) => fc.tuple(fc.constant(text), fc.constant(width), fc.integer({ min: 0, max: text.length })));
    fc.assert(
      fc.property(anyPlace, ([text, width, at]) => {
        const [shown, caret] = caretLines(text, at, { width });
        expect(shown.length).toBeLessThanOrEqual(width);
        expect(caret).toMatch(/^ *\^$/);
        expect(shown.charAt(caret.length - 1)).toBe(text.charAt(at));
        if (text.length < width) expect(shown).toBe(text);
      }),
    );
  });

  it("shows by an ellipsis that there is more", () => {
    expect(caretLines("ef14(topk(1%), decya=0.9)", 15, { width: 12 })).toEqual(["…1%), decya…", "      ^"]);
  });
});
