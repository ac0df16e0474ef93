import * as z from "zod/mini";
import { hashSchema, tipSchema } from "../../base/tip.ts";
import { misbehaviors } from "../../membership/peer-score.ts";
import { traceFormat } from "../../peer/trace/trace-record.ts";
import { runConfigSchema } from "../../run/config.ts";
import { peerIdSchema } from "../../signaling/protocol/messages.ts";
import { recordedDown } from "./recorded-message.ts";
import { peers, recordedNear } from "./recorded-near.ts";
import { byteCount, bytes, count, floatCount, headers, version } from "./recorded-values.ts";

const named = z.array(z.object({ peer: peerIdSchema, hash: z.string() }));

const chain = z.object({
  tip: tipSchema,
  previous: hashSchema,
  headers,
  undoLog: z.array(z.object({ round: count, previous: hashSchema, version, position: z.nullable(count) })),
  isVoid: z.boolean(),
  hasFormer: z.boolean(),
});

const membership = z.object({
  near: z.nullable(recordedNear),
  promised: z.nullable(version),
  missing: peers,
  failover: z.object({
    standIn: z.nullable(peerIdSchema),
    isWaiting: z.boolean(),
    isOrphan: z.boolean(),
    taken: z.array(z.object({ peer: peerIdSchema, position: count })),
  }),
  score: z.object({
    counts: z.array(z.object({ misbehavior: z.enum(misbehaviors), peer: peerIdSchema, count })),
    contradicting: z.nullable(peerIdSchema),
    muted: peers,
  }),
});

const sync = z.object({
  log: z.array(z.object({ totals: z.array(recordedDown).check(z.minLength(1)), bytes: byteCount })),
  answered: z.array(z.object({ peer: peerIdSchema, tips: z.string() })),
  following: peers,
  sender: z.object({
    kept: z.array(z.object({ tip: tipSchema, bytes })),
    offered: z.array(z.object({ peer: peerIdSchema, tip: tipSchema })),
    fetched: named,
  }),
  receiver: z.object({ refused: named, slow: named }),
});

/** The first record of a trace: where the peer stood. `armedAt`: when the waits of the open round began; null: none are under way. */
export const recordedState = z.object({
  kind: z.literal("state"),
  format: z.literal(traceFormat),
  at: z.number(),
  isWhole: z.boolean(),
  armedAt: z.nullable(z.number()),
  open: peers,
  standing: z.object({
    config: runConfigSchema,
    tensors: z.array(
      z.object({
        name: z.string(),
        shape: z.array(count),
        offset: floatCount,
        size: floatCount,
        deviation: z.number(),
      }),
    ),
    statistics: floatCount,
    pieceBytes: z.nullable(byteCount),
    chain,
    membership,
    sums: z.object({
      hasPromised: z.boolean(),
      parent: z.nullable(count),
      lost: z.array(count),
      takenIn: z.array(count),
    }),
    sync,
    work: z.object({ isBusy: z.boolean(), failedRound: z.nullable(count), toldRound: z.nullable(count) }),
    moves: z.object({ typicalMs: z.nullable(z.number()), hasFinished: z.boolean() }),
  }),
});
