import type { Hash, Hasher } from "../base/hash.ts";
import { utf8Length } from "../base/utf8-length.ts";
import { maxRunBytes } from "../signaling/protocol/run-description.ts";
import { configText, maxSchemaBytes, type RunConfig } from "./config.ts";

/** The longest schema that members give each other over their links, in bytes of UTF-8. A table of 10,000 columns has about 200 KiB. */
export const maxLongSchemaBytes = 256 * 1024;

/** Whether a run's text has only the digest of its schema. A schema itself begins with a brace. */
export function isSchemaDigest(schema: string): schema is Hash {
  return /^[0-9a-f]{32}$/.test(schema);
}

/** The run as its text tells it: with its schema, or, where that would not fit, with the schema's digest. */
export function withSchemaDigest(config: RunConfig, hasher: Hasher): RunConfig {
  const fits = utf8Length(config.schema) <= maxSchemaBytes && utf8Length(configText(config)) <= maxRunBytes;
  return fits ? config : { ...config, schema: hasher(config.schema) };
}
