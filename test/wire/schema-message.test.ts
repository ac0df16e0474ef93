import fc from "fast-check";
import { expect, it } from "vitest";
import { WireError } from "../../shared/base/wire-error.ts";
import { defaultConfig } from "../../shared/run/config.ts";
import { createCodec } from "../../shared/wire/message-code.ts";
import { decodeSchemaMessage, encodeSchemaMessage } from "../../shared/wire/schema-message.ts";

const digest = "0123456789abcdef0123456789abcdef";
const max = 1_000;

it("a question and a schema of any script are read as they were written", () => {
  for (const text of [null, "{}", '{"色":"€"}', "a".repeat(max)])
    expect(decodeSchemaMessage(encodeSchemaMessage({ digest, text }), max)).toEqual({ digest, text });
});

it("a message of a round is none of a schema, and the other way round", () => {
  const codec = createCodec(defaultConfig.tree, 10);
  const have = codec.encode({ kind: "have", version: [1, 1], tip: { round: 0, version: [0, 0], hash: digest }, observer: true });
  expect(decodeSchemaMessage(have, max)).toBeNull();
  expect(() => codec.decode(encodeSchemaMessage({ digest, text: null }))).toThrow(WireError);
});

it("whatever bytes come are a message, none, or refused", () => {
  const refused = (bytes: Uint8Array): void => expect(() => decodeSchemaMessage(bytes, max)).toThrow(WireError);
  refused(new Uint8Array(0));
  refused(encodeSchemaMessage({ digest, text: null }).subarray(0, 16));
  refused(encodeSchemaMessage({ digest, text: "a".repeat(max + 1) }));
  refused(Uint8Array.of(...encodeSchemaMessage({ digest, text: null }), 0xc3));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (bytes, isOurs) => {
      if (isOurs && bytes.length > 0) bytes[0] = 0x21;
      try {
        const message = decodeSchemaMessage(bytes, max);
        if (message !== null) expect(encodeSchemaMessage(message)).toEqual(bytes);
      } catch (cause) {
        expect(cause).toBeInstanceOf(WireError);
      }
    }),
    { numRuns: 2_000 },
  );
});
