/** The server cannot start as it was asked to: one sentence that says what to change. */
export class ServerError extends Error {
  override readonly name = "ServerError";
}

/** The sentence of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
