import * as z from "zod/mini";
import { compareVersions } from "./version.ts";

/** 128 bits as 32 lower-case hexadecimal digits. */
export const hashSchema = z.string().check(z.regex(/^[0-9a-f]{32}$/, "expected a hash of 32 hexadecimal digits"));

/** A roster's version as it travels: two integers ≥ 0. */
export const versionSchema = z.readonly(z.tuple([z.int().check(z.minimum(0)), z.int().check(z.minimum(0))]));

/** Where a peer's chain of commits stands: the last committed round, the roster version that committed it, and its hash. */
export const tipSchema = z.strictObject({ round: z.int().check(z.minimum(0)), version: versionSchema, hash: hashSchema });
export type Tip = z.infer<typeof tipSchema>;

/** A greater tip is further along the chain: by round, then by version, then by hash. */
export function compareTips(a: Tip, b: Tip): number {
  return a.round - b.round || compareVersions(a.version, b.version) || (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0);
}
