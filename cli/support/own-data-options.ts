import { DataError } from "../../client/data/data-set.ts";
import type { OwnData } from "../../client/data/own-data.ts";
import { type TokenizerName, tokenizerNames } from "../../client/data/tokenizers/tokenizer-names.ts";
import { configOf, type TypedOptions, typedConfig } from "./config-options.ts";
import { UsageError } from "./exit.ts";
import { filesAt } from "./files-at.ts";
import { readingFlagsOf, readingOf } from "./reading-options.ts";

/**
 * The files that were named after --data, read, with what was asked for beside them; null where none were named.
 * @throws {UsageError} (as a rejection) if they cannot be read
 */
export async function ownDataOf(typed: TypedOptions): Promise<OwnData | null> {
  const { data: path, label, take, tokenizer } = typed;
  if (typeof path !== "string") {
    const [flag] = [...readingFlagsOf(typed), ...(take === undefined ? [] : ["--take"])];
    if (flag !== undefined) throw new UsageError(`${flag}: expected --data with a path beside it`);
    return null;
  }
  const fields = typedConfig(typed);
  // Judged beside defaults; what is asked for stays what was typed.
  const config = configOf({ ...fields, data: "own", partition: fields.partition ?? "iid" });
  const asked = Object.fromEntries(Object.keys(fields).map((key) => [key, config[key as keyof typeof config]]));
  try {
    const files = await filesAt(path, readingOf(typed));
    return {
      files,
      label: label === undefined ? null : String(label),
      tokenizer: tokenizer === undefined ? null : tokenizerOf(String(tokenizer)),
      asked,
      take: take === undefined ? null : partOf(String(take)),
    };
  } catch (cause) {
    if (!(cause instanceof DataError)) throw cause;
    throw new UsageError(`--data: ${cause.message}`, { cause });
  }
}

function tokenizerOf(text: string): TokenizerName {
  const found = tokenizerNames.find((name) => name === text);
  if (found !== undefined) return found;
  throw new UsageError(`--tokenizer: expected one of ${tokenizerNames.join(", ")}, got ${text}`);
}

/** "2/4": the second of four parts. */
function partOf(text: string): NonNullable<OwnData["take"]> {
  const [, part, of] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? [];
  const [at, count] = [Number(part), Number(of)];
  if (!(at >= 1 && at <= count)) throw new UsageError(`--take: expected a part of all parts, such as 2/4, got ${text}`);
  return { part: at - 1, of: count };
}
