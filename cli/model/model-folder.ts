import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { DataError } from "../../client/data/data-set.ts";
import { ExportError } from "../../client/export/export-error.ts";
import { openModel, type SavedModel } from "../../client/export/open-model.ts";
import { SafetensorsError } from "../../client/export/safetensors.ts";
import { ModelError } from "../../client/models/own/model-error.ts";
import { nodeBackends } from "../../client/node/tensorflow.ts";
import { UsageError } from "../support/exit.ts";

/**
 * The model that --export wrote into a folder, on the best backend of this process.
 * @throws {UsageError} (as a rejection) in one sentence, if there is none, or not one that Copse has written
 */
export async function openModelFolder(folder: string): Promise<SavedModel> {
  const [json, weights] = [await bytesIn(folder, "model.json"), await bytesIn(folder, "weights.bin")];
  for (const { name } of nodeBackends()) if (await tf.setBackend(name)) break;
  return inOneSentence("--model", () => openModel(new TextDecoder().decode(json), weights));
}

/** Runs something, what it refuses being said of an option. @throws {UsageError} (as a rejection) if it refuses the person's files */
export async function inOneSentence<T>(option: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (![ExportError, ModelError, SafetensorsError, DataError].some((kind) => cause instanceof kind)) throw cause;
    if (!(cause instanceof Error)) throw cause;
    // What is named already is not named twice.
    const place = `${option}: `;
    const message = cause.message.startsWith(place.slice(2)) ? cause.message.slice(place.length - 2) : cause.message;
    throw new UsageError(`${place}${message}`, { cause });
  }
}

async function bytesIn(folder: string, name: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(join(folder, name)));
  } catch (cause) {
    throw new UsageError(
      `--model: expected a folder with model.json and weights.bin, as --export writes it, got no ${name} in ${folder}`,
      {
        cause,
      },
    );
  }
}
