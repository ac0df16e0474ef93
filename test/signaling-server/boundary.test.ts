import { once } from "node:events";
import type { RequestListener } from "node:http";
import { connect } from "node:net";
import { io, type Socket } from "socket.io-client";
import { describe, expect, it, onTestFinished } from "vitest";
import { createLobby, type Lobby, type LobbyEvent } from "../../shared/signaling/room/lobby.ts";
import { hashOf, helloOf } from "../signaling/room/room-harness.ts";
import { serveLobby } from "./server-harness.ts";

/** A server whose lobby throws at what `fails` picks out. */
function brittleServer(fails: (event: LobbyEvent) => boolean, app?: RequestListener): ReturnType<typeof serveLobby> {
  const sound = createLobby({ bornAt: 0, iceServers: [], hashOf });
  const lobby: Lobby = {
    ...sound,
    handle(event, now) {
      if (fails(event)) throw new Error("brittle");
      return sound.handle(event, now);
    },
  };
  return serveLobby(lobby, () => performance.now(), app);
}

async function enter(url: string): Promise<Socket> {
  const socket = io(url, { transports: ["websocket"], forceNew: true, reconnection: false });
  onTestFinished(() => void socket.disconnect());
  await once(socket as never, "connect");
  return socket;
}

const isCurse = (event: LobbyEvent): boolean => event.kind === "message" && event.message === "curse";

describe("what throws in the server", () => {
  it("ends the connection whose message it was; the others are heard, and the reason is logged once", async () => {
    const { url, failures, log } = await brittleServer(isCurse);
    const witness = await enter(url);
    for (let i = 0; i < 3; i += 1) {
      const cursed = await enter(url);
      const gone = once(cursed as never, "disconnect");
      cursed.emit("message", "curse");
      expect((await gone)[0]).toBe("transport close");
    }
    const welcomed = once(witness as never, "message");
    witness.emit("message", helloOf(0));
    expect((await welcomed)[0]).toMatchObject({ kind: "welcome" });
    expect(failures.count).toBe(3);
    expect(log).toHaveLength(1);
    expect(log[0]).toContain("brittle");
  });

  it("leaves the server awake: a tick that fails is tried again", async () => {
    let ticks = 0;
    const { url, failures } = await brittleServer((event) => {
      if (event.kind !== "tick") return false;
      ticks += 1;
      return ticks < 3;
    });
    const peer = await enter(url);
    peer.emit("message", helloOf(0));
    const [{ description }] = await once(peer as never, "message");
    peer.emit("message", { kind: "ready", digest: description.digest, tip: { round: 0, version: [0, 0], hash: "0".repeat(32) } });
    expect((await once(peer as never, "message"))[0]).toMatchObject({ kind: "roster" });
    expect(failures.count).toBe(2);
  });

  it("lets a connection that fails at its beginning or its end go alone", async () => {
    const { url, failures } = await brittleServer(
      ({ kind }) => (kind === "connected" || kind === "disconnected") && failing.has(kind),
    );
    const failing = new Set<string>();
    const witness = await enter(url);
    failing.add("connected");
    const refused = io(url, { transports: ["websocket"], forceNew: true, reconnection: false });
    onTestFinished(() => void refused.disconnect());
    await once(refused as never, "disconnect");
    failing.clear();
    failing.add("disconnected");
    (await enter(url)).disconnect();
    witness.emit("message", helloOf(0));
    expect((await once(witness as never, "message"))[0]).toMatchObject({ kind: "welcome" });
    expect(failures.count).toBeGreaterThanOrEqual(1);
  });

  it("answers a request whose handler throws with 500, and the next one as ever", async () => {
    const { url, failures, log } = await brittleServer(
      () => false,
      ({ url }, response) => {
        if (url === "/late") response.write("half");
        if (url !== "/") throw new Error("no page");
        response.end("page");
      },
    );
    expect((await fetch(`${url}/early`)).status).toBe(500);
    await expect(fetch(`${url}/late`).then((response) => response.text())).rejects.toThrow();
    expect(await (await fetch(url)).text()).toBe("page");
    expect(failures.count).toBe(2);
    expect(log).toHaveLength(1);
  });

  it("is nothing that a connection can bring about which asks for another protocol and is reset", async () => {
    const { url, port } = await brittleServer(() => false);
    for (const path of ["/elsewhere", "/socket.io/?EIO=4&transport=websocket", "/socket.io/?EIO=4&transport=polling"]) {
      const socket = connect(port, "127.0.0.1");
      await once(socket, "connect");
      socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
      const [answer] = await once(socket, "data");
      expect(String(answer)).toMatch(/^HTTP\/1\.1 4\d\d /);
      socket.resetAndDestroy();
    }
    expect((await fetch(url)).status).toBe(200);
  });
});
