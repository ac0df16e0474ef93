import type { Socket } from "socket.io";

/** How long a connection that is ended may take to hear what was said last. */
const lingerMs = 5_000;

/**
 * Closes a connection of a transport once it has taken the `waiting()` bytes, at the latest after `lingerMs`. A polling connection is closed
 * without waiting for its next poll.
 */
export function letGo(conn: Socket["conn"], waiting: () => number): void {
  const force = (): void => {
    conn.close(true);
    // A transport that is closing already, which a poll could still be told, does nothing more.
    if (!isClosed(conn)) conn.transport.emit("close");
  };
  if (conn.transport.name === "websocket") conn.close();
  else if (waiting() === 0) force();
  else conn.once("drain", force);
  if (isClosed(conn)) return;
  const late = setTimeout(force, lingerMs);
  conn.once("close", () => clearTimeout(late));
}

const isClosed = ({ readyState }: Socket["conn"]): boolean => readyState === "closed";
