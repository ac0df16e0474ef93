import { utf8Length } from "../../shared/base/utf8-length.ts";
import { defaultConfig, type RunConfig } from "../../shared/run/config.ts";
import { maxLongSchemaBytes } from "../../shared/run/long-schema.ts";
import type { TaskName } from "../../shared/run/tasks.ts";
import { DataError } from "../data/data-set.ts";
import type { OwnData } from "../data/own-data.ts";
import { type DataSchema, parseSchema, schemaText } from "../data/schema/schema.ts";
import { schemaOf } from "../data/schema/schema-of.ts";
import type { InitialModel } from "../initial/initial-model.ts";

/** What a task is trained with where nobody says otherwise. */
type Choice = Pick<RunConfig, "model"> & Partial<RunConfig>;

/** Sides of images that a small convolutional network takes: it halves them twice. */
const shrink = 4;

/**
 * The run that a room gets from a person's files: its schema, the task that they suggest, a model for it and what trains that well;
 * then what the person asked for. A model that the run begins with stands for itself; one that ended a run brings its task and schema.
 * The schema is whole, however long: `withSchemaDigest` makes of it what a room is told.
 * @throws {DataError} if nothing can be learned from the files
 */
export function proposeRun({ files, label, tokenizer = null, asked }: OwnData, initial: InitialModel | null = null): RunConfig {
  const record = initial?.record ?? null;
  const fields = initial === null ? {} : { model: initial.model, from: initial.digest };
  const isRegression = asked.task === undefined ? null : asked.task === "regression";
  const schema = record === null ? schemaOf(files.train, { label, isRegression, tokenizer }) : parseSchema(record.schema);
  const task = record?.task ?? asked.task ?? taskFor(schema);
  const text = schemaText(schema);
  const chosen = { ...choiceFor(task, schema), ...asked, ...fields };
  const run: RunConfig = { ...defaultConfig, data: "own", partition: "iid", ...chosen, task, schema: text };
  if (utf8Length(text) > maxLongSchemaBytes) {
    const of = schema.kind === "table" ? `${schema.columns.length} columns` : "all classes";
    throw new DataError(
      `schema: expected names of columns, categories and classes that fit into ${maxLongSchemaBytes} bytes, got ${utf8Length(text)} bytes for ${of}: leave some out, or shorten them`,
    );
  }
  return run;
}

/** The task that data suggest. */
function taskFor(schema: DataSchema): TaskName {
  if (schema.kind === "images") return "images";
  if (schema.kind === "text") return "language";
  if (schema.label.classes === undefined) return "regression";
  return schema.columns.every(({ isText }) => isText === true) ? "texts" : "table";
}

function choiceFor(task: TaskName, schema: DataSchema): Choice {
  switch (task) {
    case "images": {
      if (schema.kind !== "images") throw new DataError(`task: expected images, got data of the kind ${schema.kind}`);
      const isSmall = schema.height % shrink === 0 && schema.width % shrink === 0;
      return isSmall ? { model: "cnn", rate: 0.1 } : { model: "mlp(64)", rate: 0.1 };
    }
    case "table":
      return { model: "mlp(32)", rate: 0.1, batch: 16 };
    case "regression":
      return { model: "mlp(32)", rate: 0.03, batch: 16 };
    case "texts":
      return { model: "softmax", rate: 1, batch: 16 };
    case "language":
      // A coordinate that is seldom sent moves by up to η/√(1 − β₂) when it is: with β₂ = 0.99 by 10 η.
      return {
        ...{ model: "gpt(layers=3, heads=3, width=48, context=64)", localSteps: 1, rate: 1, batch: 8 },
        ...{ scheme: "ef14(topk(10%) | block8)", outer: "adam(0.005, beta1=0.8, beta2=0.9, epsilon=0.00000001)" },
      };
  }
}
