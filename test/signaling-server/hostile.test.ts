import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, get } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { type Rng, seeded } from "../../shared/base/random.ts";
import { helloOf } from "../signaling/room/room-harness.ts";
import { openRawSocket } from "../support/raw-socket.ts";
import type { HeapReport } from "./heap-server.ts";
import { hostileFrame, hostilePacket, hostileRequest } from "./hostile-input.ts";

const requests = 5_000;
const frames = 5_000;
const framesOfSocket = 20;
const handshakes = 10_000;
/** What a client that joins during the attack waits at most, from nothing to its welcome. */
const joinMs = 1_000;
/** What joining an idle server takes at most on a machine that has time: where it takes longer, that is not the attack's doing. */
const idleJoinMs = 200;
/** How many are under way at a time. The attacker shares its processor with who joins, who is not to wait for that. */
const atOnce = { requests: 4, sockets: 2, handshakes: 2 };

/** A server in a process of its own. */
async function heapServer() {
  const child = fork(fileURLToPath(new URL("./heap-server.ts", import.meta.url)), { execArgv: ["--import", "tsx"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const next = async (): Promise<HeapReport> => (await once(child, "message"))[0] as HeapReport;
  const { port } = (await next()) as { port: number };
  const keeps = async (): Promise<{ heapUsed: number; log: readonly string[] }> => {
    child.send("keeps");
    return (await next()) as never;
  };
  return { port, keeps, child };
}

/** Does something so many times, some at once. */
async function repeat(times: number, atOnce: number, action: () => Promise<void>): Promise<void> {
  let left = times;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await action();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** An honest request, and its answer. What was sent before it the server has dealt with by then, be it that it never answers. */
async function ask(port: number, path: string, agent: Agent): Promise<string> {
  const [response] = await once(get({ host: "127.0.0.1", port, path, agent }), "response");
  return text(response);
}

/**
 * Sends bytes on a connection of their own, once that is taken in. A process takes in one connection each time that it looks
 * around: who opens them faster than that fills the queue of the operating system, which no program can mend.
 */
async function send(port: number, bytes: string, agent: Agent, isCut: boolean): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => socket.destroy());
  socket.write("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  await once(socket, "data");
  await new Promise((done) => socket.resume().write(bytes, done));
  if (!isCut) await ask(port, "/healthz", agent);
  socket.destroy();
}

async function frameSocket(port: number, random: Rng, agent: Agent): Promise<void> {
  // Not the address whose handshakes leave no place for another session.
  const raw = await openRawSocket(port, { from: "127.0.0.3" });
  await Promise.race([raw.until("\r\n\r\n"), raw.ended]);
  raw.say("40");
  for (let i = 0; i < framesOfSocket; i += 1) {
    if (random.uniform() < 0.1) raw.write(hostileFrame(random));
    else raw.say(hostilePacket(random));
  }
  await ask(port, "/healthz", agent);
  raw.destroy();
}

/** The time, in ms, that a client of another address takes from nothing to its welcome. */
async function join(port: number, i: number): Promise<number> {
  const startedAt = performance.now();
  // Each from another one: an address opens a few hundred connections at once and ten a second.
  const raw = await openRawSocket(port, { from: `127.0.2.${1 + (i % 250)}` });
  await raw.until('0{"sid"');
  raw.say("40");
  await raw.until('40{"sid"');
  raw.say(`42${JSON.stringify(["message", helloOf(i, { room: `fresh-${i}` })])}`);
  await raw.until("welcome");
  raw.destroy();
  return performance.now() - startedAt;
}

it("a server stands 10,000 hostile requests and frames and 10,000 handshakes of one address: others join within a second, and nothing of it is kept", async () => {
  const seed = Number(process.env["COPSE_SEED"] ?? Math.floor(Math.random() * 2 ** 32));
  const random = seeded(seed, "hostile");
  const { port, keeps, child } = await heapServer();
  try {
    // How long the same takes on this machine, with all that it does besides, at a server that nobody attacks.
    const quiet = await heapServer();
    /** The time of joining, less what the machine took for it where it was busy with other things. */
    const timedJoin = async (i: number): Promise<number> => {
      const [attacked, usual] = await Promise.all([join(port, i), join(quiet.port, i)]);
      return usual < idleJoinMs ? attacked : attacked - usual;
    };
    await timedJoin(0);
    const before = await keeps();
    const sids: string[] = [];
    const agent = new Agent({ keepAlive: true, maxSockets: 15 });
    onTestFinished(() => agent.destroy());
    let isOver = false;
    const times: number[] = [];
    const attack = Promise.all([
      repeat(requests, atOnce.requests, () => send(port, hostileRequest(random, sids), agent, random.uniform() < 0.1)),
      repeat(frames / framesOfSocket, atOnce.sockets, () => frameSocket(port, random, agent)),
      repeat(handshakes, atOnce.handshakes, async () => {
        const answer = await ask(port, "/socket.io/?EIO=4&transport=polling", agent);
        const sid = /^0\{"sid":"([^"]+)"/.exec(answer)?.[1];
        if (sid !== undefined) sids.push(sid);
      }),
    ]).finally(() => {
      isOver = true;
    });
    while (!isOver) times.push(await timedJoin(times.length + 1));
    await attack;
    times.push(await timedJoin(times.length + 1));
    expect(Math.max(...times)).toBeLessThan(joinMs);

    const health = (): Promise<Record<string, number>> =>
      fetch(`http://127.0.0.1:${port}/healthz`).then((r) => r.json() as never);
    await expect.poll(async () => (await health())["connections"], { timeout: 40_000, interval: 250 }).toBe(0);
    expect(await health()).toMatchObject({ status: "ok", peers: 0, failed: 0 });
    const after = await keeps();
    expect((after.heapUsed - before.heapUsed) / 2 ** 20).toBeLessThan(20);
    // What an operator is to know of such an attack, and no failure.
    expect(after.log.filter((line) => !/^(One address has as many|A request from pages of) /.test(line))).toEqual([]);
    expect(child.exitCode).toBeNull();
  } catch (cause) {
    throw new Error(`the run with COPSE_SEED=${seed} failed`, { cause });
  }
}, 400_000);
