import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { findExecutable } from "../../cli/find-chromium.ts";
import type { IceServer } from "../../shared/signaling/protocol/messages.ts";

/** Package of Debian and Ubuntu that has a TURN server. */
export const relayAdvice =
  "no turnserver found, so that no link can be relayed: install it (Debian, Ubuntu: apt-get install coturn)";

export const findTurnServer = (): string | null => findExecutable(["turnserver"]);

/** coturn on the loopback interface, with one user. */
export interface TurnServer {
  readonly iceServer: IceServer;
  close(): Promise<void>;
}

/** @throws {Error} if there is none, or it ends before it listens */
export async function openTurnServer(): Promise<TurnServer> {
  const executable = findTurnServer();
  if (executable === null) throw new Error(relayAdvice);
  const folder = await mkdtemp(join(tmpdir(), "copse-turn-"));
  const port = await freePort();
  const [username, credential] = ["someone", "secret"];
  const child = spawn(
    executable,
    [
      // No configuration file, no console, UDP only.
      ...["-n", "--no-cli", "--no-tls", "--no-dtls", "--no-tcp", "--no-tcp-relay"],
      ...["--pidfile", join(folder, "pid"), "--userdb", join(folder, "users"), "--log-file", "stdout", "--verbose"],
      ...["--listening-ip", "127.0.0.1", "--relay-ip", "127.0.0.1", "--allow-loopback-peers", "--listening-port", String(port)],
      ...["--lt-cred-mech", "--realm", "copse", "--user", `${username}:${credential}`],
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const exited = once(child, "exit");
  const listens = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => line.includes("UDP listener opened") && resolve());
  });
  const ended = exited.then(([code]) => Promise.reject(new Error(`the TURN server ended with ${code} before it listened`)));
  ended.catch(() => {}); // of no interest once it listens
  await Promise.race([listens, ended]);
  return {
    iceServer: { urls: `turn:127.0.0.1:${port}`, username, credential },
    async close() {
      child.kill();
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}
