import type { FoundData } from "../data/found-data.ts";
import { ExportError } from "./export-error.ts";
import { modelOutputs, modelSamples } from "./model-outputs.ts";
import type { SavedModel } from "./open-model.ts";
import { classesOfSchema } from "./schema-classes.ts";

/** What a model says of one sample; rows count from 1. */
export type Prediction =
  | { readonly row: number; readonly class: string; readonly probability: number }
  | { readonly row: number; readonly value: number };

/**
 * What a saved model says of each sample; labels need not be there, and are not read where they are.
 * @throws {ExportError} (as a rejection) if it is a model of language
 * @throws {DataError} (as a rejection) by column and row, where the data do not fit its schema
 */
export async function* predictSamples(saved: SavedModel, found: FoundData): AsyncGenerator<Prediction> {
  const { record, schema } = saved;
  if (record.task === "language")
    throw new ExportError("model: expected one of classes or numbers, got one of language, which generates text");
  const classes = classesOfSchema(schema);
  const samples = await modelSamples(saved, found, { hasLabels: false });
  let row = 0;
  for await (const { outputs } of modelOutputs(saved, samples)) {
    const width = classes?.length ?? 1;
    for (let from = 0; from < outputs.length; from += width) {
      row += 1;
      const own = outputs.subarray(from, from + width);
      if (classes === null) {
        yield { row, value: own[0]! };
        continue;
      }
      const [greatest, probability] = likeliest(own);
      yield { row, class: classes[greatest]!, probability };
    }
  }
}

/** The index of the greatest logit, the first of several, and its softmax. */
function likeliest(logits: Float32Array): readonly [index: number, probability: number] {
  let greatest = 0;
  for (let i = 1; i < logits.length; i += 1) if (logits[i]! > logits[greatest]!) greatest = i;
  return [greatest, 1 / logits.reduce((sum, logit) => sum + Math.exp(logit - logits[greatest]!), 0)];
}
