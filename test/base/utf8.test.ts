import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeUtf8, encodeUtf8 } from "../../shared/base/utf8.ts";
import { utf8Length } from "../../shared/base/utf8-length.ts";

/** All but surrogates. */
const point = fc.integer({ min: 0, max: 0x10_f7ff }).map((n) => (n < 0xd800 ? n : n + 0x800));

it("a text comes back from its UTF-8, which is the platform's, and as long as is said", () => {
  fc.assert(
    fc.property(fc.array(point, { maxLength: 60 }), (points) => {
      const text = String.fromCodePoint(...points);
      const bytes = encodeUtf8(text);
      expect(bytes).toEqual(new Uint8Array(new TextEncoder().encode(text)));
      expect(bytes).toHaveLength(utf8Length(text));
      expect(decodeUtf8(bytes)).toBe(text);
    }),
  );
});

it("bytes are a text exactly where the platform says so", () => {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 6 }), (bytes) => {
      let expected: string | null = null;
      try {
        expected = strict.decode(bytes);
      } catch {
        expect(() => decodeUtf8(bytes)).toThrow(URIError);
        return;
      }
      expect(decodeUtf8(bytes)).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
});
