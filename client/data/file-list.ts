import * as z from "zod/mini";
import type { Clock } from "../../shared/base/clock.ts";
import { realClock } from "../base/real-clock.ts";
import { DataError } from "./data-set.ts";
import { download } from "./download.ts";

/** Length of the list of a folder's files. */
const maxListBytes = 256 * 1024;

const listSchema = z.object({ files: z.array(z.string().check(z.maxLength(300))).check(z.maxLength(10_000)) });

/** How the files of a server's folder are asked for. */
export interface FolderRequest {
  /** What requests carry, such as credentials. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Measures stalls and pauses; the platform's clock where absent. */
  readonly clock?: Clock;
}

/** The names of a served folder's files. @throws {DataError} (as a rejection) if the list cannot be had */
export async function fetchFileList(
  url: string,
  { clock = realClock, headers, signal }: FolderRequest,
): Promise<readonly string[]> {
  const options = { clock, maxBytes: maxListBytes, ...(headers && { headers }), ...(signal && { signal }) };
  return parseList(await download(url, options), url);
}

function parseList(bytes: Uint8Array, url: string): readonly string[] {
  try {
    return listSchema.parse(JSON.parse(new TextDecoder().decode(bytes))).files;
  } catch (cause) {
    throw new DataError(`${url}: expected a JSON list of files, got something else`, { cause });
  }
}
