/** A saved model that cannot be written or read as asked. The message is one sentence for a person. */
export class ExportError extends Error {
  override readonly name = "ExportError";
  readonly code = "ERR_EXPORT";
}
