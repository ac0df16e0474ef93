import * as z from "zod/mini";

const peer = z.string().check(z.maxLength(64));
const id = z.number();
const bytes = z.instanceof(Uint8Array);
const signal = z.string();
const count = z.number();

/** From the worker, where the peer lives, to the page, where its channels are. */
export const toPageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("dial"), peer, initiator: z.boolean() }),
  z.object({ type: z.literal("hangUp"), peer }),
  z.object({ type: z.literal("signal"), peer, signal }),
  z.object({ type: z.literal("send"), id, peer, bytes }),
  /** Listeners have taken up `byteLength` bytes of the peer's messages. */
  z.object({ type: z.literal("heard"), peer, byteLength: count }),
  z.object({ type: z.literal("traffic"), id }),
  z.object({ type: z.literal("close") }),
]);
export type ToPage = z.infer<typeof toPageSchema>;

const loss = z.object({ kind: z.enum(["unopened", "closed", "broken"]), reason: z.string() });

const traffic = z.object({
  peer,
  open: z.boolean(),
  sent: count,
  received: count,
  statsSent: z.nullable(count),
  statsReceived: z.nullable(count),
  wireSent: z.nullable(count),
  wireReceived: z.nullable(count),
  path: z.nullable(z.enum(["direct", "relayed"])),
  rttMs: z.nullable(count),
});

/** From the page to the worker. */
export const toWorkerSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("signal"), peer, signal }),
  z.object({ type: z.literal("open"), peer }),
  z.object({ type: z.literal("message"), peer, bytes }),
  z.object({ type: z.literal("lost"), peer, loss }),
  /** The page hung up: what it says of the peer from here on is about a new link. */
  z.object({ type: z.literal("hungUp"), peer }),
  /** More may be sent; or the message failed, by the link or (`ours`) by the caller, as with a message of a wrong size. */
  z.object({ type: z.literal("sent"), id, failure: z.nullable(z.object({ ours: z.boolean(), message: z.string() })) }),
  z.object({ type: z.literal("traffic"), id, links: z.array(traffic) }),
]);
export type ToWorker = z.infer<typeof toWorkerSchema>;
