import * as z from "zod/mini";
import type { Signal } from "../base/transport.ts";

/** The longest signal that is looked at: the signaling server carries no longer one. */
const maxSignalCharacters = 40_000;

/** What is around each signal, so that those of an earlier attempt to connect are told from those of this one. */
export interface Envelope {
  /** Which of its dials the initiator means; counts up. */
  readonly session: number;
  readonly from: "initiator" | "acceptor";
  /** The initiator's first of the session: it begins a link. */
  readonly first: boolean;
  readonly data: unknown;
}

const envelopeSchema = z.strictObject({
  session: z.int().check(z.minimum(1)),
  from: z.enum(["initiator", "acceptor"]),
  first: z.boolean(),
  data: z.unknown(),
});

export function sealEnvelope(envelope: Envelope): Signal {
  return JSON.stringify(envelope);
}

/** Undefined for whatever `sealEnvelope` would not have written. */
export function openEnvelope(signal: Signal): Envelope | undefined {
  if (signal.length > maxSignalCharacters) return undefined;
  try {
    const parsed = envelopeSchema.safeParse(JSON.parse(signal));
    return parsed.success ? { ...parsed.data, data: parsed.data.data } : undefined;
  } catch {
    return undefined;
  }
}
