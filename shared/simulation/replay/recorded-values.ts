import * as z from "zod/mini";
import { hashSchema, tipSchema, versionSchema } from "../../base/tip.ts";
import type { Gathered, Sum } from "../../sum/gathered.ts";
import { maxSums } from "../../sum/part.ts";
import { type Contributors, contributorsOf } from "../../tree/contributors.ts";
import { maxMessageBytes } from "../../wire/limits.ts";
import type { Header } from "../../wire/messages.ts";
import { Token } from "./token.ts";
import { zeroBytes, zeros } from "./zeros.ts";

/** Numbers of a vector that a trace may name: memory is set aside for them. */
const maxFloats = maxMessageBytes / 4;
/** Bytes of a message; a snapshot has headers beside its model. */
const maxBytes = 2 * maxMessageBytes;

export const count = z.int().check(z.minimum(0));
export const floatCount = count.check(z.maximum(maxFloats));
export const byteCount = count.check(z.maximum(maxBytes));

export const version = z.pipe(
  versionSchema,
  z.transform(([epoch, counter]) => [epoch, counter] as const),
);

const contributors = z.pipe(
  z.object({
    members: count.check(z.maximum(4096)),
    bits: z.array(z.int().check(z.minimum(0), z.maximum(0xffffffff))).check(z.maxLength(128)),
  }),
  z.transform(({ members, bits }): Contributors => {
    const set = contributorsOf(members, []);
    set.bits.set(bits.slice(0, set.bits.length));
    return set;
  }),
);

const update = z.object({ length: floatCount, entries: floatCount, hash: hashSchema });
/** A sum, as its size and hash. */
export const recordedSum = z.union([update, z.object({ gathered: z.array(update).check(z.minLength(1), z.maxLength(4096)) })]);

/** What stands for a sum that a trace has. */
const sum = z.pipe(
  recordedSum,
  z.transform((recorded): Sum => {
    if (!("gathered" in recorded)) return new Token(recorded.length, recorded);
    const parts = recorded.gathered.map((part) => new Token(part.length, part));
    return { kind: "gathered", length: parts[0]!.length, parts } satisfies Gathered;
  }),
);

export const metrics = z.object({
  trainingLoss: z.number(),
  samples: z.number(),
  tested: z.number(),
  sums: z.array(z.number()).check(z.maxLength(maxSums)),
  trainingMs: z.number(),
});
export const vector = z.pipe(
  z.object({ numbers: floatCount }),
  z.transform(({ numbers }) => zeros(numbers)),
);

/** What is recorded, without statistics where a model has none. */
export function withStatistics<T extends object>(fields: T & { readonly statistics?: Float32Array | undefined }) {
  const { statistics, ...rest } = fields;
  return { ...(rest as Omit<T, "statistics">), ...(statistics === undefined ? {} : { statistics }) };
}

export const part = z.pipe(
  z.object({ contributors, weight: z.number(), metrics, sum, statistics: z.optional(vector) }),
  z.transform(withStatistics),
);

const header = z.object({ round: count, version, contributors, hash: hashSchema, previous: hashSchema });
export const headers: z.ZodMiniType<readonly Header[]> = z.array(header).check(z.maxLength(64));

export const bytes = z.pipe(
  z.object({ bytes: byteCount }),
  z.transform((given) => zeroBytes(given.bytes)),
);

export const recordedSnapshot = z.object({
  kind: z.literal("snapshot"),
  version,
  tip: tipSchema,
  previous: hashSchema,
  headers,
  parameters: vector,
  replicated: z.record(z.string(), z.union([z.number(), vector])),
});
