import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { describe, expect, it, onTestFinished } from "vitest";
import { securityHeaders } from "../../signaling-server/operation/security-headers.ts";
import { helloOf } from "../signaling/room/room-harness.ts";
import { getRaw, startClient, startServer } from "./server-harness.ts";

const token = "a-token-of-an-operator";

describe("/metrics", () => {
  const get = (url: string, authorization?: string) =>
    fetch(`${url}/metrics`, authorization === undefined ? {} : { headers: { Authorization: authorization } });

  it("is not there unless the server has a token for it, and is for who has that token alone", async () => {
    expect((await get((await startServer()).url)).status).toBe(404);
    const { url } = await startServer({ metricsToken: token });
    for (const wrong of [undefined, token, "Bearer ", `Bearer ${token}x`]) expect((await get(url, wrong)).status).toBe(401);
    expect((await get(url, `Bearer ${token}`)).status).toBe(200);
  });

  it("has rooms, peers, what was sent and refused, and the delay of the event loop; no name of a room or a peer", async () => {
    const { url } = await startServer({ metricsToken: token });
    const { next } = startClient(url, helloOf(1, { room: "quiet-fox", label: "somebody" }));
    await next("welcome");
    const text = await get(url, `Bearer ${token}`).then((response) => response.text());
    expect(text).toContain("\ncopse_rooms 1\n");
    expect(text).toContain("\ncopse_peers 1\n");
    expect(text).toContain('\ncopse_sent_messages_total{kind="welcome"} 1\n');
    expect(text).toContain('\ncopse_refused_total{what="dropped"} 0\n');
    expect(text).toMatch(/\nnodejs_eventloop_lag_p99_seconds [\d.]+\n/);
    expect(text).not.toMatch(/quiet-fox|somebody/);
    expect(text).toContain('\ncopse_refused_total{what="pace"} 0\n');
    expect(await get(url, `Bearer ${token}`).then((response) => response.text())).toContain('{kind="welcome"} 1\n');
  });
});

describe("headers", () => {
  it("tell browsers to come back by https where the server speaks it, but not to localhost, which other programs have, too", async () => {
    const strictAt = async (tls: boolean, host: string) => {
      const server = createServer(express().use(securityHeaders({ tls })) as RequestListener).listen(0, "127.0.0.1");
      onTestFinished(() => void server.close());
      await once(server, "listening");
      const { headers } = await getRaw((server.address() as AddressInfo).port, "/", { Host: host });
      return headers["strict-transport-security"] !== undefined;
    };
    expect(await strictAt(true, "copse.example")).toBe(true);
    expect(await strictAt(true, "localhost:8443")).toBe(false);
    expect(await strictAt(false, "copse.example")).toBe(false);
  });
});

describe("/healthz", () => {
  const health = (url: string, headers = {}) => fetch(`${url}/healthz`, { headers }).then((response) => response.json());

  it("tells strangers that there is a server, and what the page needs; figures to its own machine alone", async () => {
    const { url } = await startServer();
    expect(await health(url)).toMatchObject({ status: "ok", rooms: 0 });
    const bare = { status: "ok", data: "none", model: "none" };
    for (const header of ["X-Forwarded-For", "Forwarded", "Via"])
      expect(await health(url, { [header]: "192.0.2.1" })).toEqual(bare);
    expect(await health((await startServer({ trustsProxy: true })).url)).toEqual(bare);
  });
});

describe("a server that is drained", () => {
  it("is not ready, takes nobody in, and ends all connections, whose clients come back to its successor", async () => {
    const server = await startServer();
    const ready = () => fetch(`${server.url}/readyz`).then(({ status }) => status);
    expect(await ready()).toBe(200);
    const clients = [1, 2, 3].map((i) => startClient(server.url, helloOf(i)));
    await Promise.all(clients.map(({ next }) => next("welcome")));
    const lost = clients.map(({ connection }) => connection(false));
    await server.drain();
    await Promise.all(lost);
    expect(await ready()).toBe(503);
    expect((await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`)).status).toBe(503);
    await server.close();
    const successor = await startServer({ port: server.port });
    await Promise.all(clients.map(({ connection }) => connection(true)));
    await expect.poll(async () => await fetch(`${successor.url}/healthz`).then((r) => r.json())).toMatchObject({ peers: 3 });
  });
});
