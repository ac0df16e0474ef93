import { realClock } from "../base/real-clock.ts";
import type { ServerAddress } from "../base/server-address.ts";
import { download } from "../data/download.ts";
import { fetchFileList } from "../data/file-list.ts";
import { type InputFile, inputFileOfBytes } from "../data/files/input-file.ts";
import type { FileProgress } from "../data/served-files.ts";
import { maxJsonBytes, maxWeightBytes } from "./limits.ts";

export interface ServedModelOptions {
  readonly signal?: AbortSignal;
  progress?(progress: FileProgress): void;
}

/** Limit for the server's word on whether it has a model; without one it has none. */
const healthMs = 10_000;
/** Bytes of all files: the weights, the same numbers once more in `model.safetensors`, and the topology. */
const maxBytes = 2 * maxWeightBytes + 2 * maxJsonBytes;
const isModelFile = /(\.json|\.bin|\.safetensors|shard\d+of\d+)$/;

/**
 * The files of the model that a server serves; null: it serves none.
 * @throws {DataError} (as a rejection) if one of them cannot be had, or all are larger than a model may be
 */
export async function servedModelFiles(
  { health, model, headers }: ServerAddress,
  { signal, progress }: ServedModelOptions = {},
): Promise<readonly InputFile[] | null> {
  const limit = AbortSignal.timeout(healthMs);
  const asked = await fetch(health, { headers, signal: signal === undefined ? limit : AbortSignal.any([signal, limit]) }).catch(
    () => null,
  );
  const told: unknown = asked?.ok === true ? await asked.json().catch(() => null) : null;
  if (typeof told !== "object" || told === null || !("model" in told) || told.model !== "served") return null;
  const options = { clock: realClock, headers, ...(signal && { signal }) };
  const names = (await fetchFileList(model, options)).filter((name) => isModelFile.test(name));
  const files: InputFile[] = [];
  let left = maxBytes;
  for (const [i, name] of names.entries()) {
    const bytes = await download(`${model}${encodeURIComponent(name)}`, {
      ...{ ...options, maxBytes: left },
      progress: (now) => progress?.({ file: i + 1, files: names.length, ...now }),
    });
    left -= bytes.length;
    files.push(inputFileOfBytes(name, bytes));
  }
  return files;
}
