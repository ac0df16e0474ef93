import type { Socket } from "socket.io";

/** A client that reads so slowly that more than this waits for it is cut off: some rosters of the largest room. */
const maxBacklogBytes = 4 * 1_048_576;

/** Says how many characters wait for a connection that is not ready to take more; ends it when they are too many. */
export function watchBacklog(conn: Socket["conn"]): () => number {
  let waiting = 0;
  conn.on("packetCreate", ({ data }: { readonly data?: unknown }) => {
    waiting += typeof data === "string" ? data.length : 0;
    if (waiting > maxBacklogBytes) conn.close(true);
  });
  conn.on("flush", () => {
    waiting = 0;
  });
  return () => waiting;
}
