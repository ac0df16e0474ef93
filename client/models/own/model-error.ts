/** A model that cannot be trained or does not fit, in one sentence for a person that names the place. */
export class ModelError extends Error {
  override readonly name = "ModelError";
  readonly code = "ERR_MODEL";
}
