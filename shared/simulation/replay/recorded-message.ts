import * as z from "zod/mini";
import { hashSchema, tipSchema } from "../../base/tip.ts";
import { byteCount, bytes, count, part, recordedSnapshot, version } from "./recorded-values.ts";

const head = { version, round: count, previous: hashSchema, phase: count };

export const recordedDown = z.object({
  kind: z.literal("down"),
  ...head,
  committedBy: version,
  hash: z.nullable(hashSchema),
  part,
});

const up = z.pipe(
  z.object({
    kind: z.literal("up"),
    ...head,
    complete: z.boolean(),
    part: z.nullable(part),
    again: z.optional(z.literal(true)),
  }),
  z.transform(({ again, ...rest }) => ({ ...rest, ...(again === undefined ? {} : { again }) })),
);

/** A message of a peer, as a trace has it, made into one: what was in it stands as tokens and zeros. */
export const recordedMessage = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("have"), version, tip: tipSchema, observer: z.boolean() }),
  up,
  recordedDown,
  recordedSnapshot,
  z.object({ kind: z.literal("reparent"), version, wanted: z.boolean() }),
  z.object({ kind: z.literal("piece"), version, tip: tipSchema, total: byteCount, offset: byteCount, bytes }),
  z.object({ kind: z.literal("fetch"), version, hash: hashSchema, offset: byteCount, length: byteCount }),
]);
