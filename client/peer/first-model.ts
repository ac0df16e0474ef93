import type * as tfl from "@tensorflow/tfjs-layers";
import type { Hasher } from "../../shared/base/hash.ts";
import type { FirstParameters } from "../../shared/peer/create-run.ts";
import type { RunConfig } from "../../shared/run/config.ts";
import { RunError } from "../../shared/run/read-run.ts";
import type { InitialModel } from "../initial/initial-model.ts";
import { laidOut } from "../initial/lay-out.ts";
import { onPlainBackend } from "../initial/on-plain-backend.ts";
import type { ModelShape } from "../models/model-method.ts";
import { type OwnModel, ownModelName } from "../models/own/own-model.ts";
import { ownModelProblem } from "../models/own/own-model-problem.ts";
import type { BackendCandidate } from "../tfjs/choose-backend.ts";

export interface FirstModelOptions {
  /** What this peer brings; absent: nothing. */
  readonly initial?: InitialModel | tfl.LayersModel;
  /** Where else a model may come from, once it is known that the run needs one; null: from nowhere. */
  askForModel?(): Promise<InitialModel | null>;
  readonly backends: readonly BackendCandidate[];
}

/** The model that a peer's run begins with, where it begins with one. */
export interface FirstModel {
  /** The fields of the run that the model decides; empty where this peer brings none. */
  readonly fields: (Pick<RunConfig, "model" | "from"> & Partial<Pick<RunConfig, "task">>) | Record<string, never>;
  /** What this peer brings; null: nothing yet. */
  readonly initial: InitialModel | null;
  /**
   * The topology of a room's run; null: it is a built-in one.
   * @throws {RunError} (as a rejection) if the room begins with another model than this peer brings, or it lacks what it needs
   */
  ownFor(config: RunConfig): Promise<OwnModel | null>;
  readonly parameters: FirstParameters;
}

/** @param asked what this peer asks for, without its model; null: it takes what the room has */
export async function firstModel(
  asked: Partial<RunConfig> | null,
  hasher: Hasher,
  { initial: given, askForModel, backends }: FirstModelOptions,
): Promise<FirstModel> {
  const find = async (): Promise<InitialModel> => (await askForModel?.()) ?? missing();
  let initial = given === undefined ? null : await asData(given, hasher, backends);
  if (initial === null && asked?.model === ownModelName && (asked.from ?? "") === "") initial = await find();
  const fields = initial === null ? {} : { model: initial.model, from: initial.digest, ...taskOf(initial) };
  return {
    fields,
    initial,
    async ownFor({ model, from }) {
      if (model === ownModelName) initial ??= await find();
      if (initial !== null && initial.digest !== from) {
        const theirs = from === "" ? "parameters that are drawn from the seed" : `the model ${from}`;
        throw new RunError(`this room begins with ${theirs}, this peer brings the model ${initial.digest}`);
      }
      return initial?.own ?? null;
    },
    parameters: (_, layout) => (initial === null ? null : laidOut(initial, layout)),
  };
}

/** @throws {RunError} if the model does not fit the data */
export function requireFit(own: OwnModel, shape: ModelShape, { task }: Pick<RunConfig, "task">): void {
  const problem = ownModelProblem(own, shape, task === "language");
  if (problem !== null) throw new RunError(problem);
}

async function asData(
  given: InitialModel | tfl.LayersModel,
  hasher: Hasher,
  backends: readonly BackendCandidate[],
): Promise<InitialModel> {
  if ("digest" in given) return given;
  const { initialOfLayers } = await import("../initial/initial-of-layers.ts");
  return onPlainBackend(backends, () => initialOfLayers(given, hasher));
}

function taskOf({ record }: InitialModel): Partial<Pick<RunConfig, "task">> {
  return record === null ? {} : { task: record.task };
}

function missing(): never {
  throw new RunError(
    "this room trains a model that its members bring: expected its model.json with the weights, got none (copse peer takes it by --model <path>)",
  );
}
