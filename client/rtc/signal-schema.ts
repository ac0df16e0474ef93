import * as z from "zod/mini";

const sdp = z.string().check(z.minLength(1), z.maxLength(30_000));

/** What the other side's simple-peer may say: one description and its candidates. No renegotiation, no media. */
export const signalSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("offer"), sdp }),
  z.strictObject({ type: z.literal("answer"), sdp }),
  z.strictObject({
    type: z.literal("candidate"),
    candidate: z.strictObject({
      candidate: z.string().check(z.maxLength(2_000)),
      sdpMLineIndex: z.int().check(z.minimum(0), z.maximum(16)),
      sdpMid: z.nullable(z.string().check(z.maxLength(32))),
    }),
  }),
]);
