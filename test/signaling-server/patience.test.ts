import { expect, it } from "vitest";
import { configText, defaultConfig } from "../../shared/run/config.ts";
import { createLobby } from "../../shared/signaling/room/lobby.ts";
import { hashOf, helloOf, tipAt } from "../signaling/room/room-harness.ts";
import { serveLobby, startClient } from "./server-harness.ts";

it("a server that nobody has connected to for longer than its patience begins a run with the first who come", async () => {
  let skipped = 0;
  const startedAt = performance.now();
  const now = (): number => 1e12 + skipped + performance.now() - startedAt;
  const lobby = createLobby({ bornAt: now(), iceServers: [], hashOf, pacing: { startMs: 3_600_000 } });
  const { url } = await serveLobby(lobby, now);
  skipped = 3_600_000;
  const config = { ...defaultConfig, startAt: 1 };
  const peer = startClient(url, helloOf(0, { config }));
  await peer.next("welcome");
  peer.client.send({ kind: "ready", digest: hashOf(configText(config)), tip: tipAt(0) });
  expect((await peer.next("roster")).running).toBe(true);
});
