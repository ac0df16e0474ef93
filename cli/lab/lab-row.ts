import * as z from "zod/mini";
import type { Cell } from "./cell.ts";
import { cellFields } from "./cell.ts";

/** Number of the format of rows: one of another number is not read. */
export const rowVersion = 1;

/** Where a run stood when it was tested. Numbers of a worker are means over the workers. */
export interface LabPoint {
  readonly round: number;
  /** Samples whose gradients a worker has computed so far. */
  readonly gradients: number;
  /** Bytes that a worker has sent so far, messages as encoded, without frames. */
  readonly bytes: number;
  /** The same on the wire over WebRTC, about. */
  readonly wireBytes: number;
  /** Σ over rounds of how long each took, in the time that one byte takes on a way out. */
  readonly pathBytes: number;
  /** Mean loss of the last round's local steps. */
  readonly trainingLoss: number;
  /** What the model after the round has on the held-out samples, by the names of the task's metrics. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** A finished run, as a line of a lab's results. */
export interface LabRow {
  readonly type: "run";
  readonly version: number;
  readonly arm: string;
  readonly cell: Cell;
  readonly parameters: number;
  readonly points: readonly LabPoint[];
  /** Hash of the chain at the end: equal hashes, equal runs. */
  readonly hash: string;
  /** The round in which a number was not finite any more; null: the run came to its end. */
  readonly divergedIn: number | null;
  /** The circumstances: the same cell has others elsewhere. */
  readonly made: { readonly seconds: number; readonly machine: string; readonly date: string };
}

const pointSchema = z.object({
  round: z.int(),
  gradients: z.number(),
  bytes: z.number(),
  wireBytes: z.number(),
  pathBytes: z.number(),
  trainingLoss: z.number(),
  metrics: z.record(z.string(), z.number()),
});

export const rowSchema = z.object({
  type: z.literal("run"),
  version: z.literal(rowVersion),
  arm: z.string(),
  cell: z.object(Object.fromEntries(cellFields.map((key) => [key, z.union([z.string(), z.number()])]))),
  parameters: z.int(),
  points: z.array(pointSchema),
  hash: z.string(),
  divergedIn: z.nullable(z.int()),
  made: z.object({ seconds: z.number(), machine: z.string(), date: z.string() }),
});
