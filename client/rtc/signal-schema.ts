import { z } from "zod";

const sdp = z.string().min(1).max(30_000);

/** What the other side's simple-peer may say: one description and its candidates. No renegotiation, no media. */
export const signalSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("offer"), sdp }),
  z.strictObject({ type: z.literal("answer"), sdp }),
  z.strictObject({
    type: z.literal("candidate"),
    candidate: z.strictObject({
      candidate: z.string().max(2_000),
      sdpMLineIndex: z.int().min(0).max(16),
      sdpMid: z.string().max(32).nullable(),
    }),
  }),
]);
