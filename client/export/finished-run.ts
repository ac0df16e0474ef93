import type { Hash } from "../../shared/base/hash.ts";
import type { Layout } from "../../shared/base/layout.ts";
import type { RunConfig } from "../../shared/run/config.ts";
import { DataError } from "../data/data-set.ts";
import { type DataSchema, parseSchema, schemaText } from "../data/schema/schema.ts";
import type { ModelShape } from "../models/model-method.ts";
import type { OwnModel } from "../models/own/own-model.ts";
import type { ModelRecord } from "./model-record.ts";

/** A run's model after one of its rounds. */
export interface FinishedRun {
  readonly config: Pick<RunConfig, "task" | "model" | "schema">;
  /** The model with which the run began, where that is a person's own; null or absent: it is a built-in one. */
  readonly own?: OwnModel | null;
  /** What the model takes and gives. */
  readonly shape: ModelShape;
  readonly layout: Layout;
  /** The flat vector of the layout: the trained tensors, the model's statistics, then the task's. */
  readonly parameters: Float32Array;
  readonly round: number;
  readonly hash: Hash;
}

/** The data of a run: what its members agreed on, or where that goes without saying, images of numbered classes. */
export function schemaOfRun({ config, shape }: Pick<FinishedRun, "config" | "shape">): DataSchema {
  if (config.schema !== "") return parseSchema(config.schema);
  const [height, width, channels] = shape.input;
  if (height === undefined || width === undefined || channels === undefined)
    throw new DataError(`schema: expected one of the run, for samples of ${shape.input.join("×")}, got none`);
  return { kind: "images", height, width, channels, classes: Array.from({ length: shape.outputs }, (_, i) => String(i)) };
}

export function recordOf(run: FinishedRun): ModelRecord {
  const { config, round, hash } = run;
  return { task: config.task, model: config.model, schema: schemaText(schemaOfRun(run)), round, hash };
}
