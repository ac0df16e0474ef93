import type * as tfl from "@tensorflow/tfjs-layers";
import type { Hasher } from "../../shared/base/hash.ts";
import { ownModelOf } from "../models/own/own-model-of.ts";
import { type InitialModel, ownInitial } from "./initial-model.ts";

/**
 * A layers model that a program has at hand, as what a run begins with; it is not kept and not changed. Runs on the current backend.
 * @throws {ModelError} (as a rejection) by the layer's name, if it cannot be trained
 */
export async function initialOfLayers(model: tfl.LayersModel, hasher: Hasher): Promise<InitialModel> {
  return ownInitial(await ownModelOf(model), hasher);
}
