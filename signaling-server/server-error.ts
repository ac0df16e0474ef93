/** The server cannot start as it was asked to: one sentence that says what to change. */
export class ServerError extends Error {
  override readonly name = "ServerError";
}
