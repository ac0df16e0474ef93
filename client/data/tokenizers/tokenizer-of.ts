import { DataError } from "../data-set.ts";
import type { DataSchema } from "../schema/schema.ts";
import { byteTokenizer } from "./bytes.ts";
import { characterTokenizer } from "./characters.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** The tokenizer of a schema. @throws {DataError} if it is one of other data */
export async function tokenizerOf(schema: DataSchema): Promise<Tokenizer> {
  if (schema.kind !== "text") throw new DataError(`task: expected a text, got data of the kind ${schema.kind}`);
  if (schema.tokenizer === "bytes") return byteTokenizer;
  if (schema.tokenizer === "characters") return characterTokenizer(schema.vocabulary ?? "");
  const { gpt2Tokenizer } = await import("./gpt2.ts");
  return gpt2Tokenizer();
}
