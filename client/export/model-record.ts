import * as z from "zod/mini";
import { issueText } from "../../shared/base/issue-text.ts";
import { taskNames } from "../../shared/run/tasks.ts";
import { type DataSchema, parseSchema } from "../data/schema/schema.ts";
import { ExportError } from "./export-error.ts";

const recordSchema = z.object({
  task: z.enum(taskNames),
  /** The run's text of the model, e.g. `mlp(64)`. */
  model: z.string().check(z.minLength(1), z.maxLength(200)),
  /** The data that it takes, as the JSON of a DataSchema. */
  schema: z.string(),
  round: z.int().check(z.minimum(0)),
  /** The hash of the chain's tip after that round. */
  hash: z.string().check(z.maxLength(64)),
});

/** What Copse writes beside a model's weights: `userDefinedMetadata.copse` of a model.json, the metadata of a safetensors file. */
export type ModelRecord = Readonly<z.infer<typeof recordSchema>>;

/**
 * The record in a model.json's metadata, and the data that it speaks of.
 * @throws {ExportError} by what is missing, if the model was not written by Copse
 * @throws {DataError} if its schema is none
 */
export function readRecord(metadata: unknown): { readonly record: ModelRecord; readonly schema: DataSchema } {
  const found = typeof metadata === "object" && metadata !== null ? (metadata as Record<string, unknown>)["copse"] : undefined;
  if (found === undefined)
    throw new ExportError(
      "model.json: expected what Copse writes beside a model (userDefinedMetadata.copse with task, model, schema, round and hash), got none",
    );
  const parsed = recordSchema.safeParse(found);
  if (!parsed.success)
    throw new ExportError(`model.json: userDefinedMetadata.copse: ${issueText(parsed.error.issues[0]!, found)}`);
  return { record: parsed.data, schema: parseSchema(parsed.data.schema) };
}
