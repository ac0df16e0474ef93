import { z } from "zod";
import { peerProtocol } from "../base/peer-protocol.ts";
import { utf8Length } from "../base/utf8-length.ts";
import { aggregates, truncationResiduals } from "../compress/aggregated.ts";
import { minRate } from "../compress/method.ts";
import { topologyNames } from "../tree/topologies.ts";
import { parseDealing } from "./dealing.ts";
import { taskNames } from "./tasks.ts";

/** The longest schema: with the other fields, a run's text stays below the 8 KiB that a server takes. */
export const maxSchemaBytes = 6_144;

/**
 * What all peers of a room agree on. The first peer of a room sets it, the server keeps its text unread, later peers confirm its hash.
 * Flat and textual, so that it can be typed, compared field by field and shown.
 */
export const runConfigSchema = z.strictObject({
  /** What is learned: it says what a sample is, the loss and the metrics. */
  task: z.enum(taskNames).default("images"),
  /** What is trained, e.g. `mlp(64)`. Known to those who build it, so that a new model needs no new release of what sums it. */
  model: z.string().min(1).max(200).default("mlp(64)"),
  /** `drawn`: digits that the program draws. `served`: the files of the folder that the server serves. `own`: each peer's own files. */
  data: z.enum(["drawn", "served", "own"]).default("drawn"),
  /** What own files must have: classes, columns, vocabulary, as the JSON of a DataSchema. Empty for other data, which say it themselves. */
  schema: z
    .string()
    .refine((text) => utf8Length(text) <= maxSchemaBytes, `expected at most ${maxSchemaBytes} bytes of UTF-8`)
    .default(""),
  /** How samples are dealt to peers: `writers` (drawn digits: one hand a peer), `iid`, `dirichlet(0.5)`, `shards(2)`. */
  partition: z
    .string()
    .max(40)
    .check(({ value, issues }) => {
      const dealing = parseDealing(value);
      if (typeof dealing === "string") issues.push({ code: "custom", message: dealing, input: value });
    })
    .default("writers"),
  /** Into how many partitions the training data is dealt; the id of a peer's partition is its seat mod this. */
  partitions: z.int().min(1).max(4096).default(4),
  /** Drawn digits: training samples a peer draws. */
  samples: z.int().min(10).max(100_000).default(600),
  /** Compression and error feedback, e.g. `ef14(topk(1%))`. */
  scheme: z.string().min(1).max(200).default("ef14(topk(1%))"),
  /** What the replicas do with the mean update: an outer optimizer, e.g. `nesterov(0.7, momentum=0.9)`. */
  outer: z.string().min(1).max(200).default("sgd(1)"),
  tree: z.enum(topologyNames).default("heap"),
  /** How sparse sums are added: truncated at each node, exact, dense, all summands to all, or exact for up to 6 peers. */
  aggregate: z.enum(aggregates).default("gtopk"),
  /** Who keeps what a truncation rejects: the peer that merges, or nobody (gTop-k as published). */
  truncationResidual: z.enum(truncationResiduals).default("in-network"),
  /** H: local SGD steps a round. */
  localSteps: z.int().min(1).max(10_000).default(5),
  batch: z.int().min(1).max(4096).default(32),
  /** γ: the local step size. */
  rate: z.number().min(minRate).max(100).default(0.3),
  /** μ of FedProx: local steps descend f_i(x) + (μ/2)‖x − x_start‖²; 0: off. */
  proximal: z.number().min(0).max(1_000_000).default(0),
  /** c of local clipping: a peer's Δ is scaled to ‖Δ‖₂ ≤ c/√n, n members; 0: off. */
  clip: z
    .number()
    .min(0)
    .max(1_000_000)
    .refine((clip) => clip === 0 || clip >= minRate, `expected 0 (off) or at least ${minRate}`)
    .default(0),
  /** The run ends after so many rounds; 0 goes on until it is paused. */
  rounds: z.int().min(0).max(1_000_000).default(0),
  /** Training begins by itself once so many peers are here. */
  startAt: z.int().min(1).max(4096).default(2),
  seed: z.int().min(0).max(0xffffffff).default(1),
});

export type RunConfig = z.infer<typeof runConfigSchema>;

/** Every field at its default. */
export const defaultConfig: RunConfig = runConfigSchema.parse({});

/**
 * The one text of a configuration: JSON with the number of the peers' protocol, then its keys in the schema's order. Two peers agree when
 * their texts are equal.
 */
export function configText(config: RunConfig): string {
  const keys = Object.keys(runConfigSchema.shape) as (keyof RunConfig)[];
  return JSON.stringify({ protocol: peerProtocol, ...Object.fromEntries(keys.map((key) => [key, config[key]])) });
}

/** The number of the peers' protocol in a text's value, and its fields, neither checked. */
export function splitConfig(value: unknown): { readonly protocol: unknown; readonly fields: unknown } {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { protocol: peerProtocol, fields: value };
  const { protocol, ...fields } = value as Readonly<Record<string, unknown>>;
  return { protocol, fields };
}

/** "rate: the room has 0.3, this peer asked for 0.1" for each field that differs. */
export function configDifferences(room: RunConfig, mine: RunConfig): string[] {
  const keys = Object.keys(runConfigSchema.shape) as (keyof RunConfig)[];
  return keys
    .filter((key) => room[key] !== mine[key])
    .map((key) => `${key}: the room has ${room[key]}, this peer asked for ${mine[key]}`);
}
