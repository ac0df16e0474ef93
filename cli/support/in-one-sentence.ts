import { DataError } from "../../client/data/data-set.ts";
import { ExportError } from "../../client/export/export-error.ts";
import { SafetensorsError } from "../../client/export/safetensors.ts";
import { ModelError } from "../../client/models/own/model-error.ts";
import { UsageError } from "./exit.ts";

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
