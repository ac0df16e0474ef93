import { io, type Socket } from "socket.io-client";
import {
  type ClientMessage,
  type ServerMessage,
  type Signaling,
  serverMessageSchema,
} from "../../shared/signaling/protocol/messages.ts";
import { limitAttempts } from "../base/limit-attempts.ts";
import { realClock } from "../base/real-clock.ts";
import { serverAddress } from "../base/server-address.ts";
import { throttle } from "../base/throttle.ts";
import { createComeback } from "./comeback.ts";
import { connectionProblem } from "./connection-problem.ts";
import { createProblemTeller } from "./problem-teller.ts";

/** Back-off after a lost connection: doubled each time, ± half of it at random, so that a room does not come back at once. */
const reconnectionDelayMs = 500;
const reconnectionDelayMaxMs = 4_000;

/** Least time between two messages that only say where the peer stands: a small model trains more rounds a second than the server takes messages. */
const newsEveryMs = 50;

interface ServerEvents {
  message(message: unknown): void;
}
interface ClientEvents {
  message(message: ClientMessage): void;
}

export interface SignalingClientOptions {
  /** Address of the server, e.g. `http://localhost:8080`; may have a path and credentials. */
  readonly url: string;
  /** This client's secret, at most 64 characters: a new connection, or a new life of the peer, takes over with it. Drawn where absent. */
  readonly session?: string;
  /** Why there is no connection, as a sentence for a person; once for each cause until there is one. */
  onProblem?(sentence: string): void;
}

export interface SignalingClient extends Signaling {
  /** Server messages that were not what the protocol allows; they are ignored. */
  readonly malformed: number;
  /** Messages that were not sent because there was no connection. */
  readonly unsent: number;
}

/**
 * The socket.io end of the signaling wire; runs in Node, in a page and in a worker. It connects again by itself after
 * every loss, and after a refusal that may be tried again; not after any other. What is sent without a connection is dropped: the peer says hello
 * again on the next one, and nothing older is of use then. Messages that only say where the peer stands are sent at most 20 times a
 * second, the newest of each kind: the server drops what comes faster, be it a signal to another peer.
 * @throws {AddressError} if the url is of no server
 */
export function createSignalingClient(options: SignalingClientOptions): SignalingClient {
  const { url, session = drawSession(), onProblem = () => undefined } = options;
  const address = serverAddress(url);
  const { origin, socketPath, headers } = address;
  const socket: Socket<ServerEvents, ClientEvents> = io(origin, {
    path: socketPath,
    extraHeaders: { ...headers },
    tryAllTransports: true,
    forceNew: true,
    autoConnect: false,
    reconnectionDelay: reconnectionDelayMs,
    reconnectionDelayMax: reconnectionDelayMaxMs,
    randomizationFactor: 0.5,
    // Lets a new connection take over from one that the server does not yet know to be dead.
    auth: { session },
  });
  const messageListeners = new Set<(message: ServerMessage) => void>();
  const connectionListeners = new Set<(connected: boolean) => void>();
  /** What the listeners were last told; null before the first attempt has ended. */
  let told: boolean | null = null;
  const comeback = createComeback();
  let cancelComeback = (): void => {};
  let malformed = 0;
  let unsent = 0;

  socket.on("message", (message) => {
    const parsed = serverMessageSchema.safeParse(message);
    if (!parsed.success) {
      malformed += 1;
      return;
    }
    const heard = comeback.hear(parsed.data);
    if (heard !== null) for (const listener of [...messageListeners]) listener(heard);
  });
  socket.on("connect", () => tell(true));
  // Called for each failed attempt; listeners are told only of the first.
  const failed = (): void => {
    tell(false);
    problem.look();
  };
  socket.on("connect_error", failed);
  const attempts = limitAttempts(socket, { clock: realClock, onTimeout: failed });
  const problem = createProblemTeller((signal) => connectionProblem(address, signal), onProblem);
  socket.on("disconnect", (reason) => {
    tell(false);
    const waitMs = reason === "io server disconnect" ? comeback.waitMs() : null;
    if (waitMs !== null) cancelComeback = realClock.after(waitMs, attempts.connect);
  });
  attempts.connect();

  function emit(message: ClientMessage): void {
    if (socket.connected) socket.emit("message", message);
    else unsent += 1;
  }

  /** The newest of each kind, in the order in which they came. */
  const news = new Map<ClientMessage["kind"], ClientMessage>();
  const flush = (): void => {
    for (const message of news.values()) emit(message);
    news.clear();
  };
  const announce = throttle(realClock, newsEveryMs, flush);

  function tell(connected: boolean): void {
    if (connected === told) return;
    told = connected;
    if (connected) problem.forget();
    for (const listener of [...connectionListeners]) listener(connected);
  }

  return {
    get malformed() {
      return malformed;
    },
    get unsent() {
      return unsent;
    },
    send(message) {
      if (isNews(message)) {
        news.delete(message.kind);
        news.set(message.kind, message);
        return announce();
      }
      if (message.kind === "hello") news.clear();
      flush();
      emit(message);
    },
    onMessage(listener) {
      messageListeners.add(listener);
      return () => messageListeners.delete(listener);
    },
    onConnection(listener) {
      connectionListeners.add(listener);
      if (told !== null) listener(told);
      return () => connectionListeners.delete(listener);
    },
    close() {
      messageListeners.clear();
      connectionListeners.clear();
      cancelComeback();
      attempts.stop();
      problem.forget();
      socket.disconnect();
    },
  };
}

/** Whether a message only says where the peer stands, so that the next of its kind replaces it. */
function isNews(message: ClientMessage): boolean {
  if (message.kind !== "committed" && message.kind !== "ready") return false;
  return Object.keys(message).every((key) => ["kind", "digest", "tip", "over"].includes(key));
}

/** 128 random bits as hexadecimal digits. */
export function drawSession(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
