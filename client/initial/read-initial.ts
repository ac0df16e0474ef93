import type { Hasher } from "../../shared/base/hash.ts";
import { formatBytes } from "../base/format.ts";
import type { InputFile } from "../data/files/input-file.ts";
import { ExportError } from "../export/export-error.ts";
import { type Manifest, parseManifest, weightPaths, weightsIn } from "../export/manifest.ts";
import { type ModelRecord, readRecord } from "../export/model-record.ts";
import { readSafetensors, type TensorFile } from "../export/safetensors.ts";
import { scaleInputs, scaleOutput } from "../export/scaled-model.ts";
import type { NamedTensor } from "../models/own/named-tensor.ts";
import { type OwnModel, ownModelName } from "../models/own/own-model.ts";
import { readOwnModel } from "../models/own/read-own-model.ts";
import { builtInInitial, type InitialModel, ownInitial, taskStatisticsName } from "./initial-model.ts";
import { innerModel } from "./inner-model.ts";
import { maxJsonBytes, maxWeightBytes } from "./limits.ts";

/**
 * The model in some files: a `model.json` with the weight files that it names, or what Copse writes at the end of a run, of which a
 * built-in model needs `model.safetensors` alone, and an own model all. Other files are not read. Runs on the current backend.
 * @throws {ExportError | SafetensorsError | ModelError | DataError} (as a rejection) in one sentence that names the place
 */
export async function readInitial(files: readonly InputFile[], hasher: Hasher): Promise<InitialModel> {
  const safetensors = fileNamed(files, "model.safetensors") ?? files.find(({ path }) => path.endsWith(".safetensors"));
  const ended =
    safetensors === undefined ? null : endedRun(readSafetensors(await whole(safetensors, maxWeightBytes + maxJsonBytes)));
  if (ended !== null && ended.record.model !== ownModelName) return builtInInitial(ended.record, ended.tensors, hasher);
  const { manifest, weights } = await readLayers(files);
  const layers = JSON.stringify(manifest.modelTopology);
  if (ended === null) {
    if (layers.includes(`"${scaleInputs}"`))
      throw new ExportError("model.json: expected its model.safetensors beside it, since it ended a run of tables, got none");
    return ownInitial(await readOwnModel(manifest.modelTopology, weights), hasher);
  }
  const statistics = ended.tensors.filter(({ name }) => name === taskStatisticsName);
  const inner = weights.filter(({ name }) => !name.startsWith(`${scaleInputs}/`) && !name.startsWith(`${scaleOutput}/`));
  const own = await readOwnModel(innerModel(manifest.modelTopology), inner);
  requireSame(own, ended.tensors);
  return ownInitial(own, hasher, { record: ended.record, statistics });
}

interface EndedRun {
  readonly record: ModelRecord;
  readonly tensors: readonly NamedTensor[];
}

/** What a safetensors file of Copse's says. */
function endedRun({ tensors, metadata }: TensorFile): EndedRun {
  const { rounds, ...about } = metadata;
  try {
    return { record: readRecord({ copse: { ...about, round: Number(rounds) } }).record, tensors };
  } catch (cause) {
    if (!(cause instanceof ExportError)) throw cause;
    const what = "task, model, schema, rounds and hash in its metadata";
    throw new ExportError(`model.safetensors: expected one that Copse has written, with ${what}, got another`, { cause });
  }
}

async function readLayers(
  files: readonly InputFile[],
): Promise<{ readonly manifest: Manifest; readonly weights: readonly NamedTensor[] }> {
  const json = fileNamed(files, "model.json") ?? files.find(({ path }) => path.endsWith(".json"));
  if (json === undefined) {
    const got =
      files
        .slice(0, 8)
        .map(({ path }) => path)
        .join(", ") || "none";
    throw new ExportError(
      `model: expected model.json with its weights, or model.safetensors of a run, among the files, got ${got}`,
    );
  }
  const manifest = parseManifest(new TextDecoder().decode(await whole(json, maxJsonBytes)));
  const wanted = weightPaths(manifest);
  const found = wanted.flatMap((path) => fileNamed(files, path) ?? []);
  const bytes = found.reduce((sum, { size }) => sum + size, 0);
  if (bytes > maxWeightBytes)
    throw new ExportError(`model: expected at most ${formatBytes(maxWeightBytes)} of weights, got ${formatBytes(bytes)}`);
  const read = new Map<string, Uint8Array>();
  for (const path of wanted) {
    const file = fileNamed(files, path);
    if (file !== undefined) read.set(path, await whole(file, maxWeightBytes));
  }
  return { manifest, weights: weightsIn(manifest, read) };
}

/** A file by its name, whatever folder it lies in. */
function fileNamed(files: readonly InputFile[], name: string): InputFile | undefined {
  return files.find(({ path }) => path === name || path.endsWith(`/${name}`));
}

async function whole(file: InputFile, maxBytes: number): Promise<Uint8Array> {
  if (file.size > maxBytes)
    throw new ExportError(`${file.path}: expected at most ${formatBytes(maxBytes)}, got ${formatBytes(file.size)}`);
  const bytes = await file.read(0, file.size);
  if (bytes.length !== file.size)
    throw new ExportError(`${file.path}: expected ${file.size} bytes, got ${bytes.length}: has it changed?`);
  return bytes;
}

/** @throws {ExportError} if the two files of one run do not have the same numbers */
function requireSame({ tensors }: OwnModel, ended: readonly NamedTensor[]): void {
  for (const { name, values } of tensors) {
    const other = ended.find((tensor) => tensor.name === name)?.values;
    if (other?.length !== values.length || !values.every((value, i) => Object.is(value, other[i])))
      throw new ExportError(
        `model.safetensors: expected ${name} as in the weights of model.json, got others: are they of one run?`,
      );
  }
}
