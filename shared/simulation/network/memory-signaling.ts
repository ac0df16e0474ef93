import type { Hasher } from "../../base/hash.ts";
import type { ClientMessage, ServerMessage, Signaling } from "../../signaling/protocol/messages.ts";
import { createRoom } from "../../signaling/room/room.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** The room machine itself behind lines of a fixed latency: the signaling server of the simulator. */
export interface MemorySignaling {
  /** A new client's end. */
  connect(): Signaling;
  /** The server's machine stops answering: connections end, what is sent is lost. Or it answers again, and knows what it knew. */
  setAway(isAway: boolean): void;
}

interface Client {
  connection: string;
  isConnected: boolean;
  deliver(message: ServerMessage): void;
  tell(connected: boolean): void;
}

export function createMemorySignaling(
  clock: VirtualClock,
  options: { readonly hasher: Hasher; readonly latencyMs: number; readonly maxPeers?: number },
): MemorySignaling {
  const { hasher, latencyMs, ...bounds } = options;
  const room = createRoom({ epoch: 1, iceServers: [], hashOf: (text) => hasher(text), ...bounds });
  const clients = new Map<string, Client>();
  /** Connections that clients ended while the server was away. */
  const ended: string[] = [];
  let cancelWake = (): void => {};
  let count = 0;
  let isAway = false;

  const handle = (event: Parameters<typeof room.handle>[0]): void => {
    if (isAway) return;
    for (const effect of room.handle(event, clock.now())) {
      if (effect.kind === "send") for (const to of effect.to) later(() => clients.get(to)?.deliver(effect.message));
      else if (effect.kind === "close") later(() => end(effect.connection));
      else {
        cancelWake();
        cancelWake = clock.after(Math.max(0, effect.at - clock.now()), () => handle({ kind: "tick" }));
      }
    }
  };
  const end = (connection: string): void => {
    clients.get(connection)?.tell(false);
    clients.delete(connection);
  };
  const later = (task: () => void): void => void clock.after(latencyMs, task);

  /** A client's connection, with a name of its own each time. */
  const open = (client: Client): void => {
    client.connection = `c${count}`;
    count += 1;
    clients.set(client.connection, client);
    later(() => {
      handle({ kind: "connected", connection: client.connection });
      if (clients.get(client.connection) === client) client.tell(true);
    });
  };

  return {
    setAway(away) {
      if (away === isAway) return;
      if (away) for (const client of clients.values()) later(() => client.tell(false));
      isAway = away;
      if (away) return;
      for (const connection of new Set([...ended.splice(0), ...clients.keys()])) handle({ kind: "disconnected", connection });
      const waiting = [...clients.values()];
      clients.clear();
      for (const client of waiting) open(client);
    },
    connect() {
      const messages = new Set<(message: ServerMessage) => void>();
      const connections = new Set<(connected: boolean) => void>();
      const client: Client = {
        connection: "",
        isConnected: false,
        deliver: (message) => messages.forEach((listener) => void listener(message)),
        tell(connected) {
          client.isConnected = connected;
          for (const listener of connections) listener(connected);
        },
      };
      open(client);
      return {
        send: (message: ClientMessage) => {
          const { connection, isConnected } = client;
          if (isConnected) later(() => handle({ kind: "message", connection, message }));
        },
        onMessage: (listener) => subscribe(messages, listener),
        onConnection: (listener) => subscribe(connections, listener),
        close: () => {
          const { connection } = client;
          client.isConnected = false;
          clients.delete(connection);
          if (isAway) ended.push(connection);
          else later(() => handle({ kind: "disconnected", connection }));
        },
      };
    },
  };
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
