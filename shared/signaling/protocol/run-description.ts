import * as z from "zod/mini";
import { hashSchema } from "../../base/tip.ts";
import { utf8Length } from "../../base/utf8-length.ts";
import { topologyNames } from "../../tree/topologies.ts";

/** The longest text of a run, in UTF-8. What does not fit travels over the links, and its hash stands in the text. */
export const maxRunBytes = 8_192;

/** A run as the server knows it: how its peers are placed and when it begins. The text is for the peers; the server reads no word of it. */
export const runDescriptionSchema = z.strictObject({
  tree: z.enum(topologyNames),
  /** Training begins by itself once this many peers are here. */
  startAt: z.int().check(z.minimum(1), z.maximum(4096)),
  run: z.string().check(
    // Cheaper than counting bytes, which are at least as many.
    z.maxLength(maxRunBytes),
    z.refine((text) => utf8Length(text) <= maxRunBytes, `expected at most ${maxRunBytes} bytes of UTF-8`),
  ),
  /** The hash of `run`. Two peers train the same run when their digests are equal. */
  digest: hashSchema,
});
export type RunDescription = Readonly<z.infer<typeof runDescriptionSchema>>;
