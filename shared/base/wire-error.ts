/** Bytes from a peer that are not what PROTOCOL.md says: the peer's fault, never ours. */
export class WireError extends Error {
  override readonly name = "WireError";
}
