import type { Socket } from "socket.io";

type EngineSocket = Socket["conn"];

export interface BacklogLimits {
  /** Characters that wait for one connection: a client that reads so slowly that more do is cut off. Some rosters of the largest room. */
  readonly ofOne: number;
  /** Characters that wait for all connections, and those under way to them. */
  readonly ofAll: number;
}

export const defaultBacklogLimits: BacklogLimits = { ofOne: 4 * 1_048_576, ofAll: 256 * 1_048_576 };

export interface Backlog {
  /** Says how many characters wait for a connection that is not ready to take more; ends it when they are too many. */
  watch(conn: EngineSocket): () => number;
  /** Characters that wait for all connections. */
  readonly size: number;
  /** Connections that were ended since they did not read. */
  readonly cut: number;
}

/** What one connection has not taken: `waiting` in the engine's buffer, `sent` to a transport that is not ready again. */
interface Held {
  readonly conn: EngineSocket;
  waiting: number;
  sent: number;
}

/**
 * Bounds what waits for connections that do not read. Where all of them together have too much, those with the most end, until
 * half of the limit is left: each look at all connections makes room for as many bytes again.
 */
export function createBacklog(limits: BacklogLimits): Backlog {
  /** Those for which anything waits. */
  const holding = new Set<Held>();
  let size = 0;
  let cut = 0;

  function set(held: Held, waiting: number, sent: number): void {
    size += waiting + sent - held.waiting - held.sent;
    held.waiting = waiting;
    held.sent = sent;
    if (waiting + sent > 0) holding.add(held);
    else holding.delete(held);
  }

  function end(held: Held): void {
    cut += 1;
    set(held, 0, 0);
    held.conn.close(true);
  }

  function makeRoom(): void {
    for (const held of [...holding].toSorted((a, b) => b.waiting + b.sent - a.waiting - a.sent)) {
      if (size <= limits.ofAll / 2) return;
      end(held);
    }
  }

  return {
    get size() {
      return size;
    },
    get cut() {
      return cut;
    },
    watch(conn) {
      const held: Held = { conn, waiting: 0, sent: 0 };
      const isOver = (): boolean => conn.readyState === "closed";
      const taken = (): void => set(held, held.waiting, 0);
      conn.on("packetCreate", ({ data }: { readonly data?: unknown }) => {
        if (isOver()) return;
        set(held, held.waiting + (typeof data === "string" ? data.length : 0), held.sent);
        if (held.waiting > limits.ofOne) end(held);
        else if (size > limits.ofAll) makeRoom();
      });
      conn.on("flush", () => set(held, 0, held.sent + held.waiting));
      conn.transport.on("drain", taken);
      // A transport that was changed is another's word; the one before has taken all that it had.
      conn.on("upgrade", () => {
        taken();
        conn.transport.on("drain", taken);
      });
      conn.once("close", () => set(held, 0, 0));
      return () => held.waiting;
    },
  };
}
