import * as z from "zod/mini";
import { peerProtocol } from "../base/peer-protocol.ts";
import { utf8Length } from "../base/utf8-length.ts";
import { aggregates, truncationResiduals } from "../compress/aggregates.ts";
import { minRate } from "../compress/method.ts";
import { topologyNames } from "../tree/topologies.ts";
import { parseDealing } from "./dealing.ts";
import { taskNames } from "./tasks.ts";

/** What is done to pictures when they are drawn for training. */
export const augmentations = ["none", "crop-flip"] as const;

/** The longest schema in a run's text, which with the other fields stays below the 8 KiB that a server takes. Of a longer one it has the digest. */
export const maxSchemaBytes = 6_144;

/**
 * What all peers of a room agree on. The first peer of a room sets it, the server keeps its text unread, later peers confirm its hash.
 * Flat and textual, so that it can be typed, compared field by field and shown.
 */
export const runConfigSchema = z.strictObject({
  /** What is learned: it says what a sample is, the loss and the metrics. */
  task: z._default(z.enum(taskNames), "images"),
  /** What is trained, e.g. `mlp(64)`. Known to those who build it, so that a new model needs no new release of what sums it. */
  model: z._default(z.string().check(z.minLength(1), z.maxLength(200)), "mlp(64)"),
  /** Digest of the model that the run begins with, as 32 hexadecimal digits. Empty: its parameters are drawn from the seed. */
  from: z._default(z.string().check(z.regex(/^([0-9a-f]{32})?$/, "expected a digest of 32 hexadecimal digits, or nothing")), ""),
  /** `drawn`: digits that the program draws. `served`: the files of the folder that the server serves. `own`: each peer's own files. */
  data: z._default(z.enum(["drawn", "served", "own"]), "drawn"),
  /** What own files must have: classes, columns, vocabulary, as the JSON of a DataSchema, or its digest where it is long. Empty for other data, which say it themselves. */
  schema: z._default(
    z.string().check(z.refine((text) => utf8Length(text) <= maxSchemaBytes, `expected at most ${maxSchemaBytes} bytes of UTF-8`)),
    "",
  ),
  /** How samples are dealt to peers: `writers` (drawn digits: one hand a peer), `iid`, `dirichlet(0.5)`, `shards(2)`. */
  partition: z._default(
    z.string().check(z.maxLength(40), ({ value, issues }) => {
      const dealing = parseDealing(value);
      if (typeof dealing === "string") issues.push({ code: "custom", message: dealing, input: value });
    }),
    "writers",
  ),
  /** Into how many partitions the training data is dealt; the id of a peer's partition is its seat mod this. */
  partitions: z._default(z.int().check(z.minimum(1), z.maximum(4096)), 4),
  /** Drawn digits: training samples a peer draws. */
  samples: z._default(z.int().check(z.minimum(10), z.maximum(100_000)), 600),
  /** `crop-flip`: each picture is moved by up to 4 pixels and mirrored half of the time, anew for each step (He et al. 2016, §4.2). */
  augment: z._default(z.enum(augmentations), "none"),
  /** Compression and error feedback, e.g. `ef14(topk(1%))`. */
  scheme: z._default(z.string().check(z.minLength(1), z.maxLength(200)), "ef14(topk(1%))"),
  /** What the replicas do with the mean update: an outer optimizer, e.g. `nesterov(0.7, momentum=0.9)`. */
  outer: z._default(z.string().check(z.minLength(1), z.maxLength(200)), "sgd(1)"),
  tree: z._default(z.enum(topologyNames), "heap"),
  /** How sparse sums are added: truncated at each node, exact, dense, all summands to all, or exact for up to 6 peers. */
  aggregate: z._default(z.enum(aggregates), "gtopk"),
  /** Who keeps what a truncation rejects: the peer that merges, or nobody (gTop-k as published). */
  truncationResidual: z._default(z.enum(truncationResiduals), "in-network"),
  /** What a peer does with its gradients: a local optimizer, e.g. `adamw(0.9, 0.99)`. Known to those who train, as `model` is. */
  local: z._default(z.string().check(z.minLength(1), z.maxLength(200)), "sgd"),
  /** H: local steps a round. */
  localSteps: z._default(z.int().check(z.minimum(1), z.maximum(10_000)), 5),
  batch: z._default(z.int().check(z.minimum(1), z.maximum(4096)), 32),
  /** γ: the local step size. */
  rate: z._default(z.number().check(z.minimum(minRate), z.maximum(100)), 0.3),
  /** μ of FedProx: local steps descend f_i(x) + (μ/2)‖x − x_start‖²; 0: off. */
  proximal: z._default(z.number().check(z.minimum(0), z.maximum(1_000_000)), 0),
  /** c of local clipping: a peer's Δ is scaled to ‖Δ‖₂ ≤ c/√n, n members; 0: off. */
  clip: z._default(
    z.number().check(
      z.minimum(0),
      z.maximum(1_000_000),
      z.refine((clip) => clip === 0 || clip >= minRate, `expected 0 (off) or at least ${minRate}`),
    ),
    0,
  ),
  /** The run ends after so many rounds; 0 goes on until it is paused. */
  rounds: z._default(z.int().check(z.minimum(0), z.maximum(1_000_000)), 0),
  /** Training begins by itself once so many peers are here. */
  startAt: z._default(z.int().check(z.minimum(1), z.maximum(4096)), 2),
  seed: z._default(z.int().check(z.minimum(0), z.maximum(0xffffffff)), 1),
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
