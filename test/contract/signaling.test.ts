import { createSignalingClient } from "../../client/peer/signaling-client.ts";
import { seeded } from "../../shared/base/random.ts";
import type { PeerId } from "../../shared/base/transport.ts";
import type { Signaling } from "../../shared/signaling/protocol/messages.ts";
import { createFlakyServer } from "../../shared/simulation/network/flaky-server.ts";
import { createGate } from "../../shared/simulation/network/gate.ts";
import { createMemorySignaling } from "../../shared/simulation/network/memory-signaling.ts";
import { createVirtualClock, type VirtualClock } from "../../shared/simulation/network/virtual-clock.ts";
import { createSignalingServer } from "../../signaling-server/main.ts";
import { hasher, helloOf } from "../signaling/room/room-harness.ts";
import { openProxy } from "../support/open-proxy.ts";
import { contract } from "./contract.ts";
import { signalingLaws } from "./signaling-laws.ts";
import { virtualWait } from "./virtual-wait.ts";

const clockOf = (): VirtualClock => createVirtualClock(() => new Promise((resolve) => setImmediate(resolve)));
const latencyMs = 20;

contract("signaling in memory", signalingLaws, () => {
  const clock = clockOf();
  const server = createMemorySignaling(clock, { hasher, latencyMs });
  return {
    connect: () => server.connect(),
    helloOf,
    cut() {
      server.setAway(true);
      clock.after(500, () => server.setAway(false));
    },
    wait: virtualWait(clock),
    close: async () => {},
  };
});

contract("signaling in memory, over sockets that drop", signalingLaws, () => {
  const clock = clockOf();
  const peers: PeerId[] = [];
  const server = createFlakyServer({
    ...{ clock, rng: seeded(1, "sockets"), hasher, startMs: 1_000, latencyMs: () => latencyMs },
    ...{ hasRounds: () => false, said: () => {} },
  });
  return {
    connect(peer) {
      peers.push(peer);
      return server.connect(peer, createGate(clock));
    },
    helloOf,
    cut() {
      for (const peer of peers) server.drop(peer, 0);
    },
    wait: virtualWait(clock),
    close: async () => {},
  };
});

contract("signaling by socket.io", signalingLaws, async () => {
  const server = await createSignalingServer({ host: "127.0.0.1", port: 0 });
  const proxy = await openProxy(server.url);
  const clients: Signaling[] = [];
  return {
    connect() {
      const client = createSignalingClient({ url: proxy.url });
      clients.push(client);
      return client;
    },
    helloOf,
    cut: () => proxy.cut(),
    wait: (promise) => promise,
    async close() {
      for (const client of clients) client.close();
      await proxy.close();
      await server.close();
    },
  };
});
