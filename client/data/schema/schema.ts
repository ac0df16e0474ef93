import * as z from "zod/mini";
import { issueText } from "../../../shared/base/issue-text.ts";
import { DataError } from "../data-set.ts";
import { tokenizerNames } from "../tokenizers/tokenizer-names.ts";

const names = z
  .array(z.string().check(z.maxLength(200)))
  .check(z.maxLength(1_000), z.refine(isDistinct, "expected different names"));

const imageSchema = z.strictObject({
  kind: z.literal("images"),
  height: z.int().check(z.minimum(1), z.maximum(4_096)),
  width: z.int().check(z.minimum(1), z.maximum(4_096)),
  channels: z.int().check(z.minimum(1), z.maximum(4)),
  /** Names of the classes, in the order of their numbers. */
  classes: names.check(z.minLength(1)),
});

const columnSchema = z.strictObject({
  name: z.string().check(z.maxLength(200)),
  /** Sorted; absent: the column holds numbers, or texts. */
  categories: z.optional(names.check(z.minLength(1))),
  isText: z.optional(z.literal(true)),
});

const tableSchema = z.strictObject({
  kind: z.literal("table"),
  /** All but the label, in the order of a model's inputs. */
  columns: z.array(columnSchema).check(z.minLength(1), z.maxLength(10_000)),
  label: z.strictObject({
    name: z.string().check(z.maxLength(200)),
    /** Sorted; absent: the label is a number. */
    classes: z.optional(names.check(z.minLength(1))),
  }),
});

/** Different characters that may be tokens, in UTF-16 units. */
export const maxVocabulary = 4_096;

const textSchema = z.strictObject({
  kind: z.literal("text"),
  tokenizer: z.enum(tokenizerNames),
  /** The sorted characters, for `characters`. */
  vocabulary: z.optional(z.string().check(z.maxLength(maxVocabulary))),
});

const dataSchema = z
  .discriminatedUnion("kind", [imageSchema, tableSchema, textSchema])
  .check(
    z.refine((schema) => schema.kind !== "table" || isDistinct(namesOf(schema)), "expected a different name for each column"),
  );

/** What the data of all members of a room have in common, so that one model fits them all. */
export type DataSchema = Readonly<z.infer<typeof dataSchema>>;
export type ImageSchema = Readonly<z.infer<typeof imageSchema>>;
export type TableSchema = Readonly<z.infer<typeof tableSchema>>;
export type TextSchema = Readonly<z.infer<typeof textSchema>>;

/** The one text of a schema: JSON with its keys in this file's order. Two peers agree when their texts are equal. */
export function schemaText(schema: DataSchema): string {
  return JSON.stringify(dataSchema.parse(schema));
}

/** The schema of a text that came from another peer. @throws {DataError} if it is none */
export function parseSchema(text: string): DataSchema {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DataError("schema: expected JSON, got something else", { cause });
  }
  const parsed = dataSchema.safeParse(value);
  if (!parsed.success) throw new DataError(`schema: ${issueText(parsed.error.issues[0]!, value)}`);
  return parsed.data;
}

function namesOf({ columns, label }: z.infer<typeof tableSchema>): readonly string[] {
  return [...columns, label].map(({ name }) => name);
}

function isDistinct(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}
