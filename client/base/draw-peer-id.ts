import type { PeerId } from "../../shared/base/transport.ts";

/** A name for a new peer: 64 random bits. */
export function drawPeerId(): PeerId {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
