import { once } from "node:events";
import { connect } from "node:net";
import { io } from "socket.io-client";
import { describe, expect, it, onTestFinished } from "vitest";
import { configText, defaultConfig } from "../../shared/run/config.ts";
import { createSignalingServer } from "../../signaling-server/main.ts";
import { hashOf, helloOf, peerName, runOf, tipAt } from "../signaling/room/room-harness.ts";
import { getRaw, isListening, startClient, startServer } from "./server-harness.ts";

const ready = { kind: "ready", digest: hashOf(configText(defaultConfig)), tip: tipAt(0) } as const;

describe("the signaling server", () => {
  it("brings the peers of a room into one roster and passes their signals on", async () => {
    const { url } = await startServer();
    const [a, b] = [0, 1].map((i) => startClient(url, helloOf(i)));
    for (const peer of [a!, b!]) {
      await peer.next("welcome");
      peer.client.send(ready);
    }
    const rosters = await Promise.all([a!, b!].map((peer) => peer.next("roster", ({ members }) => members.length === 2)));
    expect(rosters[0]).toEqual(rosters[1]);
    expect(rosters[0]?.running).toBe(true);
    a!.client.send({ kind: "signal", to: peerName(1), data: "offer" });
    expect(await b!.next("signal")).toEqual({ kind: "signal", from: peerName(0), data: "offer" });
  });

  it("keeps two rooms apart", async () => {
    const { url } = await startServer();
    const a = startClient(url, helloOf(0, { room: "one", config: { ...defaultConfig, rate: 0.5, startAt: 1 } }));
    const b = startClient(url, helloOf(0, { room: "two", config: { ...defaultConfig, rate: 0.25, startAt: 1 } }));
    for (const [peer, rate] of [
      [a, 0.5],
      [b, 0.25],
    ] as const) {
      const welcome = await peer.next("welcome");
      expect(JSON.parse(welcome.description.run).rate).toBe(rate);
      peer.client.send({ ...ready, digest: welcome.description.digest });
      expect((await peer.next("roster")).members).toHaveLength(1);
    }
  });

  it("refuses who insists on another run by the room's, and the client does not come back by itself", async () => {
    const { url } = await startServer();
    await startClient(url, helloOf(0, { config: defaultConfig })).next("welcome");
    const late = startClient(url, helloOf(1, { config: { ...defaultConfig, tree: "binomial" } }));
    expect((await late.next("refused")).room).toEqual(runOf(defaultConfig));
    await late.connection(false);
    const health = await fetch(`${url}/healthz`).then((response) => response.json());
    expect(health).toMatchObject({ status: "ok", rooms: 1, peers: 1, refused: 1 });
    expect(late.heard.filter(({ kind }) => kind === "refused")).toHaveLength(1);
  });

  it("tells peers its ICE servers", async () => {
    const iceServers = [{ urls: "turn:turn.example:3478", username: "u", credential: "p" }];
    const { url } = await startServer({ iceServers });
    expect((await startClient(url, helloOf(0)).next("welcome")).iceServers).toEqual(iceServers);
  });

  it("answers /healthz after a thousand garbage messages, and the peer that sent them can still speak", async () => {
    const { url } = await startServer();
    const peer = startClient(url, helloOf(0));
    await peer.next("welcome");
    const garbage = io(url, { transports: ["websocket"], forceNew: true });
    onTestFinished(() => void garbage.disconnect());
    await once(garbage as never, "connect");
    const samples = [
      null,
      7,
      "text",
      [],
      {},
      { kind: "ready" },
      { kind: "hello" }.kind,
      new Uint8Array(9),
      { kind: "signal", to: 3 },
    ];
    for (let i = 0; i < 1_000; i += 1) garbage.emit("message", samples[i % samples.length]);
    for (let i = 0; i < 20; i += 1) garbage.emit("unheard-of", i);
    garbage.emit("message", { kind: "hello", protocol: 99 });
    peer.client.send({ ...ready });
    await peer.next("roster");
    const health = await fetch(`${url}/healthz`).then((response) => response.json());
    expect(health).toMatchObject({ status: "ok", peers: 1 });
    expect(health.dropped).toBeGreaterThanOrEqual(999);
  });

  it("ends a connection that sends one message larger than any that the protocol has", async () => {
    const { url } = await startServer();
    const socket = io(url, { transports: ["websocket"], forceNew: true, reconnection: false });
    await once(socket as never, "connect");
    const gone = once(socket as never, "disconnect");
    socket.emit("message", "x".repeat(70_000));
    await gone;
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it("takes no more connections than it may have", async () => {
    const { url } = await startServer({ maxConnections: 1 });
    const first = io(url, { transports: ["websocket"], forceNew: true });
    onTestFinished(() => void first.disconnect());
    await once(first as never, "connect");
    const second = io(url, { transports: ["websocket"], forceNew: true, reconnection: false });
    await once(second as never, "connect_error");
    expect(first.connected).toBe(true);
  });

  it("takes a member whose socket is cut out of the roster", async () => {
    const { url } = await startServer();
    const config = { ...defaultConfig, startAt: 9 };
    const peers = [0, 1, 2].map((i) => startClient(url, helloOf(i, { config })));
    for (const peer of peers) {
      peer.client.send({ ...ready, digest: (await peer.next("welcome")).description.digest });
    }
    await peers[0]!.next("roster", ({ members }) => members.length === 3);
    peers[1]!.client.close();
    const roster = await peers[0]!.next(
      "roster",
      ({ members }) => !members.some(({ peer }) => peer === peerName(1)) && members.length === 2,
    );
    expect(roster.version[1]).toBeGreaterThan(1);
  });

  it("frees its port when it is closed, and a client finds the next server on it by itself", async () => {
    const first = await createSignalingServer({ host: "127.0.0.1", port: 0 });
    const peer = startClient(first.url, helloOf(0));
    const welcome = await peer.next("welcome");
    await first.close();
    await peer.connection(false);
    expect(await isListening(first.port)).toBe(false);
    await startServer({ port: first.port });
    await peer.connection(true);
    expect(await peer.next("welcome", (later) => later !== welcome)).toEqual(welcome);
  });

  it("does not wait for a connection that asks for nothing when it is closed", async () => {
    const server = await createSignalingServer({ host: "127.0.0.1", port: 0 });
    const idle = connect(server.port, "127.0.0.1");
    onTestFinished(() => void idle.destroy());
    await once(idle, "connect");
    const ended = once(idle.resume(), "close");
    await server.close();
    await ended;
  });

  it("says in a sentence that its port is taken, a TLS file unreadable, or its data folder missing", async () => {
    const { port } = await startServer();
    const start = (options: object) => createSignalingServer({ host: "127.0.0.1", port: 0, ...options });
    await expect(start({ port })).rejects.toMatchObject({
      name: "ServerError",
      message: expect.stringContaining("another program uses that port"),
    });
    const tls = { cert: "/nowhere/cert.pem", key: "/nowhere/key.pem" };
    await expect(start({ tls })).rejects.toMatchObject({
      name: "ServerError",
      message: expect.stringContaining("/nowhere/cert.pem"),
    });
    await expect(start({ tls: { cert: "package.json", key: "package.json" } })).rejects.toMatchObject({ name: "ServerError" });
    await expect(start({ dataFolder: "/nowhere" })).rejects.toMatchObject({
      name: "ServerError",
      message: expect.stringContaining("no such file or folder"),
    });
    await expect(start({ dataFolder: "package.json" })).rejects.toMatchObject({
      message: expect.stringContaining("expected a folder"),
    });
  });

  it("answers a malformed request without a stack trace", async () => {
    const { port } = await startServer();
    const answer = await getRaw(port, "/data/%E0%A4%A");
    expect(answer.status).toBe(400);
    expect(answer.text).toBe("This request cannot be answered.\n");
  });
});
