import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { openModel, type SavedModel } from "../../client/export/open-model.ts";
import { nodeBackends } from "../../client/node/tensorflow.ts";
import { UsageError } from "../support/exit.ts";
import { inOneSentence } from "../support/in-one-sentence.ts";

/**
 * The model that --export wrote into a folder, on the best backend of this process.
 * @throws {UsageError} (as a rejection) in one sentence, if there is none, or not one that Copse has written
 */
export async function openModelFolder(folder: string): Promise<SavedModel> {
  const [json, weights] = [await bytesIn(folder, "model.json"), await bytesIn(folder, "weights.bin")];
  for (const { name } of nodeBackends()) if (await tf.setBackend(name)) break;
  return inOneSentence("--model", () => openModel(new TextDecoder().decode(json), weights));
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
