import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/** Why a request is not answered as it asks. */
export interface Refusal {
  readonly status: number;
  /** A sentence. */
  readonly text: string;
}

/** Answers a connection that asked for another protocol, and ends it. */
export function refuseUpgrade(socket: Duplex, { status, text }: Refusal): void {
  const body = `${text}\n`;
  const head = ["Connection: close", "Content-Type: text/plain", `Content-Length: ${Buffer.byteLength(body)}`];
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}
