import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished, type TestContext } from "vitest";
import type { SignalingServerOptions } from "../../signaling-server/main.ts";
import { helloOf } from "../signaling/room/room-harness.ts";
import type { HeapReport } from "../signaling-server/heap-server.ts";
import { openRawSocket, type RawSocket, type RawSocketOptions } from "../support/raw-socket.ts";

/** What a server was like at one moment. */
interface ServerState {
  /** Bytes, those outside of the heap included. */
  readonly memory: number;
  readonly cpuMs: number;
  /** Connections that it has. */
  readonly sockets: number;
  readonly log: readonly string[];
}

export interface AttackedServer {
  readonly port: number;
  state(): Promise<ServerState>;
  health(): Promise<Record<string, number>>;
}

/** A server in a process of its own, ended with the test. */
export async function startAttackedServer(options: Partial<SignalingServerOptions> = {}): Promise<AttackedServer> {
  const file = fileURLToPath(new URL("../signaling-server/heap-server.ts", import.meta.url));
  const child = fork(file, [JSON.stringify(options)], { execArgv: ["--import", "tsx"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const next = async (): Promise<HeapReport> => (await once(child, "message"))[0] as HeapReport;
  const { port } = (await next()) as { port: number };
  let asked: Promise<unknown> = Promise.resolve();
  return {
    port,
    state() {
      // One at a time: answers come in the order of the questions.
      asked = asked.then(async () => {
        child.send("keeps");
        return (await next()) as ServerState;
      });
      return asked as Promise<ServerState>;
    },
    health: () => fetch(`http://127.0.0.1:${port}/healthz`).then((response) => response.json() as never),
  };
}

/** A connection that ends with the test. */
export async function openAttacker(port: number, options?: RawSocketOptions): Promise<RawSocket> {
  const raw = await openRawSocket(port, options);
  onTestFinished(() => raw.destroy());
  return raw;
}

/** A connection with a session of socket.io; null where it was refused. */
export async function openSession(port: number, options?: RawSocketOptions): Promise<RawSocket | null> {
  const raw = await openAttacker(port, options);
  const isOpen = await raw.until('0{"sid"').then(
    () => true,
    () => false,
  );
  if (!isOpen) return null;
  raw.say("40");
  return raw.until('40{"sid"').then(
    () => raw,
    () => null,
  );
}

export const packetOf = (message: unknown): string => `42${JSON.stringify(["message", message])}`;

/** Time (ms) that an honest device takes from nothing to its welcome. */
async function join(port: number, i: number): Promise<number> {
  const startedAt = performance.now();
  // Each from another one: an address opens a few hundred connections at once and ten a second.
  const raw = await openRawSocket(port, { from: `127.0.2.${1 + (i % 250)}` });
  try {
    await raw.until('0{"sid"');
    raw.say("40");
    await raw.until('40{"sid"');
    raw.say(packetOf(helloOf(i, { room: `honest-${i}` })));
    await raw.until("welcome");
    raw.say(packetOf({ kind: "leave" }));
  } finally {
    raw.destroy();
  }
  return performance.now() - startedAt;
}

export interface AttackFigures {
  /** Honest devices of other addresses that joined, in a minute. */
  readonly joinsAMinute: number;
  readonly slowestJoinMs: number;
  /** Processor time of the server, per second. */
  readonly cpuShare: number;
  /** Memory that it kept afterwards. */
  readonly keptMb: number;
}

/** Runs an attack; meanwhile one honest device after the other joins. The figures go to the test's report. */
export async function underAttack(
  context: TestContext,
  server: AttackedServer,
  attack: () => Promise<unknown>,
): Promise<AttackFigures> {
  await join(server.port, 0);
  const before = await server.state();
  const startedAt = performance.now();
  let isOver = false;
  const attacking = attack().finally(() => {
    isOver = true;
  });
  const times: number[] = [];
  do times.push(await join(server.port, times.length + 1));
  while (!isOver);
  await attacking;
  const seconds = (performance.now() - startedAt) / 1_000;
  const after = await server.state();
  const figures = {
    joinsAMinute: Math.round((times.length / seconds) * 60),
    slowestJoinMs: Math.round(Math.max(...times)),
    cpuShare: (after.cpuMs - before.cpuMs) / 1_000 / seconds,
    keptMb: (after.memory - before.memory) / 2 ** 20,
  };
  const { joinsAMinute, slowestJoinMs, cpuShare, keptMb } = figures;
  await context.annotate(
    `${joinsAMinute} honest joins a minute, the slowest in ${slowestJoinMs} ms; ` +
      `server: ${cpuShare.toFixed(2)} of a core, ${keptMb.toFixed(1)} MB kept; ${seconds.toFixed(1)} s`,
  );
  return figures;
}
