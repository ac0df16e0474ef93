import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";
import { describe, expect, it, onTestFinished } from "vitest";
import { helloOf, peerName, tipAt } from "../signaling/room/room-harness.ts";
import { startClient } from "./server-harness.ts";

/** A socket.io server that says whatever it likes to each client. */
async function strangeServer(speak: (socket: { emit(event: string, ...values: unknown[]): unknown }) => void): Promise<string> {
  const http = createServer();
  const io = new Server(http);
  io.on("connection", speak);
  await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
  onTestFinished(() => io.close());
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

describe("the signaling client", () => {
  it("ignores and counts what no server of ours would say, and hears what comes after it", async () => {
    const url = await strangeServer((socket) => {
      for (const message of [
        undefined,
        null,
        3,
        "refused",
        {},
        { kind: "roster" },
        { kind: "notice", text: "x".repeat(9_999) },
        [1],
      ]) {
        socket.emit("message", message);
      }
      socket.emit("message", { kind: "notice", text: "after all" });
    });
    const { client, next, heard } = startClient(url);
    expect((await next("notice")).text).toBe("after all");
    expect(heard).toHaveLength(1);
    expect(client.malformed).toBe(8);
  });

  it("drops what is sent without a connection", async () => {
    let received = 0;
    const url = await strangeServer((socket) => {
      const listening = socket as unknown as { on(event: string, listener: () => void): void };
      listening.on("message", () => {
        received += 1;
        socket.emit("message", { kind: "notice", text: "heard" });
      });
    });
    const { client, connection, next } = startClient(url);
    client.send(helloOf(1));
    expect(client.unsent).toBe(1);
    await connection(true);
    client.send(helloOf(2));
    await next("notice");
    expect(received).toBe(1);
  });

  it("tells of the newest round alone where rounds are faster than it may speak, and keeps everything in its order", async () => {
    const received: { kind: string; tip?: { round: number } }[] = [];
    const url = await strangeServer((socket) => {
      const listening = socket as unknown as { on(event: string, listener: (message: (typeof received)[number]) => void): void };
      listening.on("message", (message) => {
        received.push(message);
        if (message.tip?.round === 2_000) socket.emit("message", { kind: "notice", text: "heard" });
      });
    });
    const { client, connection, next } = startClient(url);
    await connection(true);
    client.send(helloOf(1));
    for (let round = 1; round <= 2_000; round += 1) {
      client.send({ kind: "committed", tip: tipAt(round) });
      if (round === 1_000) client.send({ kind: "signal", to: peerName(2), data: "offer" });
    }
    await next("notice");
    expect(received.length).toBeLessThan(100);
    const rounds = received.map(({ kind, tip }) => (kind === "committed" ? tip!.round : kind));
    expect(rounds[0]).toBe("hello");
    expect(rounds[rounds.indexOf("signal") - 1]).toBe(1_000);
    const told = rounds.filter((each) => typeof each === "number");
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  });

  it("tells a listener that comes late that it is connected", async () => {
    const { client, connection } = startClient(await strangeServer(() => undefined));
    await connection(true);
    const states: boolean[] = [];
    client.onConnection((state) => states.push(state))();
    expect(states).toEqual([true]);
  });

  it("connects again after a server ended the connection without a refusal", async () => {
    let connections = 0;
    const url = await strangeServer((socket) => {
      connections += 1;
      if (connections === 1) (socket as unknown as { disconnect(close: boolean): void }).disconnect(true);
      else socket.emit("message", { kind: "notice", text: `connection ${connections}` });
    });
    expect((await startClient(url).next("notice")).text).toBe("connection 2");
  });

  it("tries again, ever later, after a refusal that may be tried again, says once what it waits for, and ends with one that may not", async () => {
    let connections = 0;
    const at: number[] = [];
    const url = await strangeServer((socket) => {
      connections += 1;
      at.push(performance.now());
      if (connections < 4) socket.emit("message", { kind: "later", afterMs: 40 });
      socket.emit("message", { kind: "refused", reason: connections < 4 ? "this room is full" : "no" });
      (socket as unknown as { disconnect(close: boolean): void }).disconnect(true);
    });
    const { next, heard } = startClient(url);
    expect((await next("refused")).reason).toBe("no");
    expect(heard).toEqual([
      { kind: "waiting", what: "to be let in: this room is full", forMs: null },
      { kind: "refused", reason: "no" },
    ]);
    // At least half of 40, 80 and 160 ms.
    for (const [i, least] of [20, 40, 80].entries()) expect(at[i + 1]! - at[i]!).toBeGreaterThanOrEqual(least - 1);
  });

  it("says once that nobody answers, to whoever listens and to who comes later, and then that somebody does", async () => {
    // Nothing listens at this port until a server opens there.
    const free = await new Promise<number>((done) => {
      const probe = createServer().listen(0, "127.0.0.1", () => {
        const { port } = probe.address() as AddressInfo;
        probe.close(() => done(port));
      });
    });
    const states: boolean[] = [];
    const { client, connection } = startClient(`http://127.0.0.1:${free}`);
    client.onConnection((state) => states.push(state));
    await new Promise<void>((told) => client.onConnection((state) => !state && told()));
    const late: boolean[] = [];
    client.onConnection((state) => late.push(state));
    expect(late).toEqual([false]);

    const http = createServer();
    const io = new Server(http);
    onTestFinished(() => io.close());
    await new Promise<void>((done) => http.listen(free, "127.0.0.1", done));
    await connection(true);
    expect(states).toEqual([false, true]);
  });
});
