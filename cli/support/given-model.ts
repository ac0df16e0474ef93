import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { InputFile } from "../../client/data/files/input-file.ts";
import type { InitialModel } from "../../client/initial/initial-model.ts";
import { modelProblem } from "../../client/tasks/setting-problems.ts";
import type { TypedOptions } from "./config-options.ts";
import { UsageError } from "./exit.ts";
import { modelPackages, requirePackages } from "./require-packages.ts";

/** A model that was named by its path. */
export interface GivenModel {
  readonly initial: InitialModel;
  /** By which another peer is given the same. */
  readonly flags: readonly string[];
  /** The folder that it lies in. */
  readonly folder: string;
}

/** What was typed, and the model that it names by a path; null where it names none. */
export interface TypedModel {
  readonly typed: TypedOptions;
  readonly given: GivenModel | null;
}

/**
 * The model after --from (a folder that --export wrote), or after --model where that is no model's text but the path of a model.json or
 * of a folder with one. Then `typed` is without both.
 * @throws {UsageError} (as a rejection) in one sentence, if it cannot be read, or cannot be trained
 */
export async function typedModel(typed: TypedOptions): Promise<TypedModel> {
  const { from, model, ...others } = typed;
  const path = typeof model === "string" && isPath(model) ? model : null;
  if (typeof from === "string") {
    if (model !== undefined) throw new UsageError("--model: expected none beside --from, which has one, got both");
    return { typed: others, given: await read("--from", from) };
  }
  return path === null ? { typed, given: null } : { typed: others, given: await read("--model", path) };
}

/** Whether a text is no model's, and looks like a path or names something on this disk. */
function isPath(text: string): boolean {
  const problems = (["images", "language"] as const).map((task) => modelProblem({ model: text, task }));
  return problems.every((problem) => problem?.name === "SchemeError") && (/[\\/]|\.json$/.test(text) || existsSync(text));
}

async function read(option: "--from" | "--model", path: string): Promise<GivenModel> {
  requirePackages("a model of your own", modelPackages);
  // Loaded only now: tfjs takes a second to load.
  const { createHasher } = await import("../../shared/base/hash.ts");
  const { inputFiles } = await import("../../client/node/input-files.ts");
  const { nodeBackends } = await import("../../client/node/tensorflow.ts");
  const { onPlainBackend } = await import("../../client/initial/on-plain-backend.ts");
  const { readInitial } = await import("../../client/initial/read-initial.ts");
  const { inOneSentence } = await import("./in-one-sentence.ts");
  const initial = await inOneSentence(option, async () => {
    const named = await inputFiles(path);
    const isFile = named.length === 1 && named[0]!.path === basename(path) && path.endsWith(".json");
    const files = isFile ? [named[0]!, ...besides(await inputFiles(dirname(path)))] : named;
    const wanted = option === "--model" ? files.filter(({ path: one }) => !one.endsWith(".safetensors")) : files;
    return onPlainBackend(nodeBackends(), async () => readInitial(wanted, await createHasher()));
  });
  if (option === "--from" && initial.record === null)
    throw new UsageError(`--from: expected a folder that --export wrote, with model.safetensors, got none in ${path}`);
  return { initial, flags: [option, path], folder: path.endsWith(".json") ? dirname(join(path)) : path };
}

/** The files that may be weights of a JSON file beside them. */
function besides(files: readonly InputFile[]): readonly InputFile[] {
  return files.filter(({ path }) => !path.endsWith(".json"));
}
