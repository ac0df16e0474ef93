import * as z from "zod/mini";
import { tipSchema } from "../../base/tip.ts";
import { peerIdSchema } from "../../signaling/protocol/messages.ts";
import { zeroUpdate } from "../../vector/update.ts";
import { peers, recordedNear } from "./recorded-near.ts";
import { bytes, count, metrics, vector, version, withStatistics } from "./recorded-values.ts";
import { zeros } from "./zeros.ts";

const answer = z.pipe(
  z.object({ kind: z.enum(["gradient", "largest"]) }),
  z.transform(({ kind }) => (kind === "gradient" ? { kind, gradient: zeros(0) } : { kind, entries: zeroUpdate(0) })),
);

/** What comes to a peer's rounds from outside, but for what ends a wait or a sending of their own. `open`: to whom there is a link. */
export const recordedEvent = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("roster"), near: recordedNear, open: peers }),
  z.object({ kind: z.literal("promise"), version }),
  z.object({ kind: z.literal("opened"), peer: peerIdSchema }),
  z.object({ kind: z.literal("lost"), peer: peerIdSchema }),
  z.object({ kind: z.literal("bytes"), from: peerIdSchema, bytes }),
  z.object({
    kind: z.literal("trained"),
    start: tipSchema,
    contribution: z.pipe(
      z.object({ x: vector, weight: z.number(), metrics, statistics: z.optional(vector) }),
      z.transform(withStatistics),
    ),
  }),
  z.object({ kind: z.literal("training-failed"), round: count, cause: z.string() }),
  z.object({ kind: z.literal("trainer-free") }),
  z.object({ kind: z.literal("answered-ask"), version, start: tipSchema, answer: z.nullable(answer) }),
  z.object({ kind: z.literal("ask-failed"), round: count, cause: z.string() }),
  z.object({ kind: z.literal("begin") }),
  z.object({ kind: z.literal("tell-if-over") }),
  z.object({ kind: z.literal("close") }),
]);

/** What ends a wait, or says that more may be sent. */
export const recordedEnd = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("deadline") }),
  z.object({ kind: z.literal("look-around"), isOverdue: z.boolean() }),
  z.object({ kind: z.literal("overdue") }),
  z.object({ kind: z.literal("orphaned") }),
  z.object({ kind: z.literal("answered"), to: peerIdSchema }),
  z.object({ kind: z.literal("served"), to: peerIdSchema }),
]);
