import type { ModelShape } from "../model-method.ts";
import type { OwnModel } from "./own-model.ts";

/**
 * Why a person's own model does not fit the data, in one sentence; null if it does.
 * @param isSequence whether it is to give outputs at each token
 */
export function ownModelProblem(
  { takes, gives }: Pick<OwnModel, "takes" | "gives">,
  data: ModelShape,
  isSequence: boolean,
): string | null {
  if (!fits(takes, data.input))
    return `model.json: expected a model that takes samples of ${inWords(data.input)}, as the data have, got one that takes ${inWords(takes)}`;
  const outputs = isSequence ? [data.input[0]!, data.outputs] : [data.outputs];
  if (fits(gives, outputs)) return null;
  const what = isSequence
    ? "a number for each word of the vocabulary at each token"
    : "a number for each class, or one that is learned";
  return `model.json: expected a model that gives ${inWords(outputs)} (${what}), got one that gives ${inWords(gives)}`;
}

function fits(sides: readonly (number | null)[], wanted: readonly number[]): boolean {
  return sides.length === wanted.length && sides.every((side, i) => side === null || side === wanted[i]);
}

function inWords(sides: readonly (number | null)[]): string {
  return sides.map((side) => side ?? "any").join("×");
}
