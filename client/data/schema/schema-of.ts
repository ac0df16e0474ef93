import { DataError } from "../data-set.ts";
import type { Column, FoundData, FoundImages, FoundTable } from "../found-data.ts";
import type { TokenizerName } from "../tokenizers/tokenizer-names.ts";
import { type DataSchema, type ImageSchema, maxVocabulary, type TableSchema, type TextSchema } from "./schema.ts";

export interface SchemaOptions {
  /** The column that is learned; null: the one that the file marks, or one that is named like a label, or the last. */
  readonly label?: string | null;
  /** Whether a label of numbers stays numbers; null: unless they are a few whole ones. */
  readonly isRegression?: boolean | null;
  /** What makes tokens of a text; null: its characters, or its bytes where it has more than 512 different ones. */
  readonly tokenizer?: TokenizerName | null;
}

/** A label of at most so many different whole numbers is one of classes. */
const maxNumberedClasses = 20;
/** A text with more different characters has its bytes as tokens. */
const maxCharacters = 512;
const wordFor = { images: "images", table: "a table" } as const;
const labelNames = ["label", "class", "target", "y"];

/**
 * The schema of a person's data, for others' to be like it. It tells the names of columns, categories and classes, and of a text the
 * characters that are in it; no value, mean or count.
 * @throws {DataError} if nothing can be learned from them
 */
export function schemaOf(found: FoundData, options: SchemaOptions = {}): DataSchema {
  const { tokenizer = null } = options;
  if (found.kind === "text") return schemaOfText(found.text, tokenizer);
  if (tokenizer !== null) throw new DataError(`tokenizer: expected a text for ${tokenizer}, got ${wordFor[found.kind]}`);
  if (found.kind === "images") return schemaOfImages(found);
  return schemaOfTable(found, options);
}

function schemaOfImages({ height, width, channels, labels, classes }: FoundImages): ImageSchema {
  if (labels === null) throw new DataError("images: expected labels, got none");
  if (classes.length < 2) throw new DataError(`images: expected at least two classes, got ${classes.join(", ") || "none"}`);
  return { kind: "images", height, width, channels, classes: [...classes] };
}

function schemaOfText(text: string, tokenizer: TokenizerName | null): TextSchema {
  if (tokenizer === "bytes" || tokenizer === "gpt2") return { kind: "text", tokenizer };
  const characters = [...new Set(text)].sort();
  if (characters.length < 2) throw new DataError(`text: expected at least two different characters, got ${characters.length}`);
  if (characters.length > maxCharacters && tokenizer === null) return { kind: "text", tokenizer: "bytes" };
  const vocabulary = characters.join("");
  if (vocabulary.length > maxVocabulary)
    throw new DataError(`tokenizer: expected a text of at most ${maxVocabulary} different characters, got ${vocabulary.length}`);
  return { kind: "text", tokenizer: "characters", vocabulary };
}

function schemaOfTable(table: FoundTable, options: SchemaOptions): TableSchema {
  const label = labelColumn(table, options.label ?? null);
  const others = table.columns.filter((column) => column !== label);
  if (others.length === 0) throw new DataError(`column ${label.name}: expected a column beside the label, got none`);
  const columns = others.map((column) =>
    column.kind === "number"
      ? { name: column.name }
      : column.kind === "category"
        ? { name: column.name, categories: [...column.categories] }
        : { name: column.name, isText: true as const },
  );
  const classes = classesOf(label, options.isRegression ?? null);
  return { kind: "table", columns, label: { name: label.name, ...(classes === null ? {} : { classes: [...classes] }) } };
}

function labelColumn({ columns, label: marked }: FoundTable, wanted: string | null): Column {
  if (wanted !== null) {
    const found = columns.find(({ name }) => name === wanted);
    if (found !== undefined) return found;
    throw new DataError(`label: expected one of the columns ${listed(columns.map(({ name }) => name))}, got ${wanted}`);
  }
  const named =
    columns.find(({ name }) => name === marked) ?? columns.find(({ name }) => labelNames.includes(name.toLowerCase()));
  return named ?? columns.at(-1)!;
}

/** The classes of a label; null: it is a number. */
function classesOf(label: Column, isRegression: boolean | null): readonly string[] | null {
  if (label.kind === "text") throw new DataError(`column ${label.name}: expected classes or numbers to learn, got texts`);
  if (label.kind === "category") {
    if (isRegression === true)
      throw new DataError(`column ${label.name}: expected numbers to learn, got ${listed(label.categories)}`);
    return several(label.name, label.categories);
  }
  if (isRegression === true) return null;
  const different = [...new Set(label.values)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const isFew = different.length <= maxNumberedClasses && different.every(Number.isInteger);
  if (isRegression === null && !isFew) return null;
  if (!isFew) {
    const got = different.length > maxNumberedClasses ? `${different.length} different numbers` : listed(different.map(String));
    throw new DataError(`column ${label.name}: expected at most ${maxNumberedClasses} whole numbers as classes, got ${got}`);
  }
  return several(label.name, different.map(String));
}

function several(name: string, classes: readonly string[]): readonly string[] {
  if (classes.length > 1) return classes;
  throw new DataError(
    `column ${name}: expected at least two classes, got ${classes.length === 0 ? "none" : `only ${classes[0]}`}`,
  );
}

/** The first few of some names. */
export function listed(all: readonly string[]): string {
  return all.length > 8 ? `${all.slice(0, 8).join(", ")} and ${all.length - 8} more` : all.join(", ");
}
