import type { Hasher } from "../hash.ts";
import type { ClientMessage, ServerMessage, Signaling } from "../signaling/messages.ts";
import { createRoom } from "../signaling/room.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** The room machine itself behind lines of a fixed latency: the signaling server of the simulator. */
export interface MemorySignaling {
  /** A new client's end. */
  connect(): Signaling;
  /** The server's machine stops answering (and answers again): what is sent meanwhile is lost, nobody is told. */
  setAway(isAway: boolean): void;
}

export function createMemorySignaling(
  clock: VirtualClock,
  options: { readonly hasher: Hasher; readonly latencyMs: number },
): MemorySignaling {
  const room = createRoom({ epoch: 1, iceServers: [], hashOf: (text) => options.hasher(text) });
  const clients = new Map<string, { deliver(message: ServerMessage): void; end(): void }>();
  let cancelWake = (): void => {};
  let count = 0;
  let isAway = false;

  const handle = (event: Parameters<typeof room.handle>[0]): void => {
    if (isAway) return;
    for (const effect of room.handle(event, clock.now())) {
      if (effect.kind === "send") for (const to of effect.to) later(() => clients.get(to)?.deliver(effect.message));
      else if (effect.kind === "close") later(() => clients.get(effect.connection)?.end());
      else {
        cancelWake();
        cancelWake = clock.after(Math.max(0, effect.at - clock.now()), () => handle({ kind: "tick" }));
      }
    }
  };
  const later = (task: () => void): void => void clock.after(options.latencyMs, task);

  return {
    setAway(away) {
      isAway = away;
    },
    connect() {
      const connection = `c${count}`;
      count += 1;
      const messages = new Set<(message: ServerMessage) => void>();
      const connections = new Set<(connected: boolean) => void>();
      const tell = (connected: boolean): void => connections.forEach((listener) => void listener(connected));
      clients.set(connection, {
        deliver: (message) => messages.forEach((listener) => void listener(message)),
        end: () => {
          clients.delete(connection);
          tell(false);
        },
      });
      later(() => {
        handle({ kind: "connected", connection });
        tell(true);
      });
      return {
        send: (message: ClientMessage) => later(() => handle({ kind: "message", connection, message })),
        onMessage: (listener) => subscribe(messages, listener),
        onConnection: (listener) => subscribe(connections, listener),
        close: () => {
          clients.delete(connection);
          later(() => handle({ kind: "disconnected", connection }));
        },
      };
    },
  };
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
