import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { configText, defaultConfig } from "../../shared/training/config.ts";
import { createSocketShell } from "../../signaling-server/socket-shell.ts";
import { hashOf, helloOf, tipAt } from "../signaling/room-harness.ts";
import { startClient } from "./server-harness.ts";

it("a server that nobody has connected to for longer than its patience begins a run with the first who come", async () => {
  let skipped = 0;
  const startedAt = performance.now();
  const now = (): number => 1e12 + skipped + performance.now() - startedAt;
  const http = createServer();
  const lobby = { iceServers: [], hashOf, pacing: { startMs: 3_600_000 } };
  const shell = createSocketShell(http, { lobby, maxConnections: 10, now });
  onTestFinished(() => shell.close());
  await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
  skipped = 3_600_000;
  const config = { ...defaultConfig, startAt: 1 };
  const peer = startClient(`http://127.0.0.1:${(http.address() as AddressInfo).port}`, helloOf(0, { config }));
  await peer.next("welcome");
  peer.client.send({ kind: "ready", configHash: hashOf(configText(config)), tip: tipAt(0) });
  expect((await peer.next("roster")).running).toBe(true);
});
