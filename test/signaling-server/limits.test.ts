import { once } from "node:events";
import { Agent, get } from "node:http";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { createLobby, type Lobby, type LobbyEvent } from "../../shared/signaling/room/lobby.ts";
import { hashOf, helloOf } from "../signaling/room/room-harness.ts";
import { openRawSocket, type RawSocket, type RawSocketOptions } from "../support/raw-socket.ts";
import { serveLobby, startClient, startServer } from "./server-harness.ts";

const handshake = "/socket.io/?EIO=4&transport=polling";

/** A connection on which the session of socket.io is not yet open. */
async function rawSocket(port: number, options?: RawSocketOptions): Promise<RawSocket> {
  const raw = await openRawSocket(port, options);
  onTestFinished(() => raw.destroy());
  await raw.until('0{"sid"');
  return raw;
}

async function enteredSocket(port: number, options?: RawSocketOptions): Promise<RawSocket> {
  const raw = await rawSocket(port, options);
  raw.say("40");
  await raw.until('40{"sid"');
  return raw;
}

async function statusOf(port: number, from: string): Promise<number> {
  const agent = new Agent({ localAddress: from });
  const [response] = await once(get({ host: "127.0.0.1", port, path: handshake, agent }), "response");
  response.resume();
  await once(response, "end");
  return response.statusCode;
}

const healthOf = (url: string): Promise<Record<string, number>> => fetch(`${url}/healthz`).then((r) => r.json() as never);

describe("one connection", () => {
  it.each([[["41"]], [["41", "40"]]])(
    "ends when its session is left: it cannot begin anew with what it may send, and how long it may be silent: %j",
    async (packets) => {
      const { url, port } = await startServer();
      const raw = await enteredSocket(port);
      raw.say(...packets);
      await raw.ended;
      // Refused would be one that was left open until it had been silent for too long.
      expect(await healthOf(url)).toMatchObject({ connections: 0, refused: 0, failed: 0 });
    },
  );

  it("ends when its session is opened twice, be it at once", async () => {
    const { url, port } = await startServer();
    const raw = await rawSocket(port);
    raw.say("40", "40", "40");
    await raw.ended;
    expect(await healthOf(url)).toMatchObject({ connections: 0, refused: 0, failed: 0 });
  });

  it.each([
    ["events of other names", '42["other",1]'],
    ["acknowledgements", "4317[]"],
    ["sessions of other namespaces", "40/other,"],
    ["answers to pings", "3"],
    ["noise that does not end it", "6"],
  ])("may not send %s without end", async (_, packet) => {
    const { url, port } = await startServer();
    const raw = await enteredSocket(port);
    const packets = Array.from({ length: 3_000 }, () => packet);
    raw.say(...packets);
    await raw.until("expected at most 200 messages a second");
    await raw.ended; // though it does not close its own side
    expect(await healthOf(url)).toMatchObject({ connections: 0, refused: 1 });
  });

  it("may not probe for another transport without end", async () => {
    const { url, port } = await startServer();
    const opened = await fetch(`${url}${handshake}`).then((response) => response.text());
    const { sid } = JSON.parse(opened.slice(1)) as { sid: string };
    // It has said hello: nothing but its probes ends it.
    for (const packet of ["40", `42${JSON.stringify(["message", helloOf(0)])}`])
      await fetch(`${url}${handshake}&sid=${sid}`, { method: "POST", body: packet });
    expect(await healthOf(url)).toMatchObject({ peers: 1 });
    const raw = await openRawSocket(port, { path: `/socket.io/?EIO=4&transport=websocket&sid=${sid}` });
    onTestFinished(() => raw.destroy());
    await raw.until("101");
    raw.say(...Array.from({ length: 3_000 }, () => "2probe"));
    let status = 200;
    while (status === 200) ({ status } = await fetch(`${url}${handshake}&sid=${sid}`));
    await raw.ended;
    expect(status).toBe(400);
    expect(await healthOf(url)).toMatchObject({ connections: 0, refused: 1 });
  });

  it("is the lobby's from its beginning, before it opens a session: that is when its time to say hello begins", async () => {
    const lobby = createLobby({ bornAt: 0, iceServers: [], hashOf });
    const events: LobbyEvent[] = [];
    const handle: Lobby["handle"] = (event, now) => {
      events.push(event);
      return lobby.handle(event, now);
    };
    const { port } = await serveLobby({ ...lobby, handle }, () => performance.now());
    const raw = await rawSocket(port);
    expect(events).toEqual([{ kind: "connected", connection: "1", address: "everybody" }]);
    raw.say("40");
    await raw.until('40{"sid"');
    expect(events.slice(1)).toEqual([{ kind: "connected", connection: "1", session: "" }]);
  });

  it("is answered when it asks for a WebSocket's polls", async () => {
    const { url } = await startServer();
    expect((await fetch(`${url}/socket.io/?EIO=4&transport=websocket&sid=x`)).status).toBe(400);
  });
});

describe("one address", () => {
  it("holds so many connections that say nothing and no more, and another address is let in meanwhile", async () => {
    // Few, so that they are all there before the first of them has been silent for too long, on a busy machine, too.
    const { url, port } = await startServer({ addressLimits: { silent: 8 } });
    const statuses = await Promise.all(Array.from({ length: 20 }, () => statusOf(port, "127.0.0.1")));
    expect(statuses.toSorted()).toEqual([...Array(8).fill(200), ...Array(12).fill(429)]);
    expect(await statusOf(port, "127.0.0.2")).toBe(200);
    expect(await healthOf(url)).toMatchObject({ connections: 9, turnedAway: 12 });
  });

  it("holds no place among the silent any more once it has said hello, or is gone", async () => {
    const { port } = await startServer({ addressLimits: { silent: 1 } });
    const first = await enteredSocket(port);
    expect(await statusOf(port, "127.0.0.1")).toBe(429);
    first.say(`42${JSON.stringify(["message", helloOf(0)])}`);
    await first.until("welcome");
    const second = await rawSocket(port);
    expect(await statusOf(port, "127.0.0.1")).toBe(429);
    second.destroy();
    await expect.poll(() => statusOf(port, "127.0.0.1")).toBe(200);
  });

  it("holds no more either if the requests come in one piece", async () => {
    const { url, port } = await startServer({ addressLimits: { silent: 5 } });
    const socket = connect(port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.write(`GET ${handshake} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`.repeat(40));
    let heard = "";
    for await (const bytes of socket) {
      heard += String(bytes);
      if (heard.split("HTTP/1.1 ").length > 40) break;
    }
    expect((await healthOf(url))["connections"]).toBeLessThanOrEqual(5);
  });

  it("may be a classroom's: sixty devices, each with a tab that reloads, are in at once", async () => {
    const { url, port } = await startServer();
    const raws = await Promise.all(Array.from({ length: 120 }, () => enteredSocket(port)));
    for (const [i, raw] of raws.entries()) raw.say(`42${JSON.stringify(["message", helloOf(i)])}`);
    await Promise.all(raws.map((raw) => raw.until("welcome")));
    expect(await healthOf(url)).toMatchObject({ peers: 120, turnedAway: 0 });
  });

  it("is told to come back, and its client does, until there is room", async () => {
    const log: string[] = [];
    const { url, port } = await startServer({ addressLimits: { sessions: 1 }, log: (line) => log.push(line) });
    const first = await enteredSocket(port);
    const late = startClient(url, helloOf(1));
    await new Promise<void>((told) => late.client.onConnection((connected) => !connected && told()));
    first.destroy();
    await late.next("welcome");
    expect((await healthOf(url))["turnedAway"]).toBeGreaterThanOrEqual(1);
    expect(log).toHaveLength(1);
    expect(log[0]).toContain("--trust-proxy");
  });

  it("has so many sockets and no more, said or unsaid, and another address has its own", async () => {
    const { port } = await startServer({ addressLimits: { sockets: 3 } });
    const open = (localAddress: string) => {
      const socket = connect({ port, host: "127.0.0.1", localAddress });
      onTestFinished(() => void socket.destroy());
      return socket.resume();
    };
    const held = [0, 1, 2].map(() => open("127.0.0.1"));
    await Promise.all(held.map((socket) => once(socket, "connect")));
    await once(open("127.0.0.1"), "close");
    expect(await statusOf(port, "127.0.0.2")).toBe(200);
    held[0]!.destroy();
    expect(held.slice(1).every((socket) => !socket.destroyed)).toBe(true);
  });

  it("is what a trusted proxy says, so that its clients do not share one", async () => {
    const { url } = await startServer({ addressLimits: { silent: 1 }, trustsProxy: true });
    const ask = (client: string) => fetch(`${url}${handshake}`, { headers: { "X-Forwarded-For": client } });
    expect((await ask("203.0.113.1")).status).toBe(200);
    expect((await ask("203.0.113.1")).status).toBe(429);
    expect((await ask("203.0.113.2")).status).toBe(200);
  });
});
