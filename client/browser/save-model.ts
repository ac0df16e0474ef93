import type { Peer } from "../../shared/peer/peer.ts";
import type { RunConfig } from "../../shared/run/config.ts";
import { type ModelFile, modelFiles } from "../export/model-files.ts";
import type { ModelShape } from "../models/model-method.ts";
import type { OwnModel } from "../models/own/own-model.ts";
import { currentBackend, onBackend } from "../tfjs/on-backend.ts";

/** What a peer trains, once it has joined. */
export interface Trained {
  readonly config: RunConfig;
  readonly shape: ModelShape;
  /** The model, where it is a person's own. */
  readonly own: OwnModel | null;
}

/**
 * A peer's committed model as files.
 * @throws {Error} (as a rejection) before the room has answered
 */
export async function savedModel(peer: Peer | null, trained: Partial<Trained>): Promise<readonly ModelFile[]> {
  const { config, shape, own = null } = trained;
  if (peer?.parameters == null || peer.layout === null || peer.tip === null || config === undefined || shape === undefined)
    throw new Error("expected a tab that has joined, got one that has not");
  const { round, hash } = peer.tip;
  const run = { config, own, shape, layout: peer.layout, parameters: peer.parameters.slice(), round, hash };
  return onBackend(currentBackend(), () => modelFiles(run));
}
