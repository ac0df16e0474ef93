import { seeded } from "../../shared/base/random.ts";
import { createNetwork, type Network } from "../../shared/simulation/network/network.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";
import { transportContract } from "./transport-contract.ts";
import { largestBytes } from "./transport-laws.ts";
import { virtualWait } from "./virtual-wait.ts";

transportContract("the network in memory", () => {
  const clock = createVirtualClock(() => new Promise((resolve) => setImmediate(resolve)));
  const networkWith = (openTimeoutMs: number): Network =>
    createNetwork({
      clock,
      rng: seeded(1, "network"),
      latencyMs: 20,
      jitterMs: 5,
      bandwidthBitsPerSecond: 50_000_000,
      openTimeoutMs,
      maxMessageBytes: largestBytes,
    });
  const networks = new Map<number, Network>();
  return {
    async join(peer, { openTimeoutMs = 10_000 } = {}) {
      const network = networks.get(openTimeoutMs) ?? networkWith(openTimeoutMs);
      networks.set(openTimeoutMs, network);
      return network.join(peer);
    },
    wait: virtualWait(clock),
    async close() {},
  };
});
