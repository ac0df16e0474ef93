import type { Hasher } from "../../base/hash.ts";
import { seeded } from "../../base/random.ts";
import type { PeerId } from "../../base/transport.ts";
import type { FirstParameters } from "../../peer/create-run.ts";
import { createPeer, type Peer } from "../../peer/peer.ts";
import type { Inspect } from "../../peer/step.ts";
import type { RunConfig } from "../../run/config.ts";
import type { PeerReport } from "../../run/report.ts";
import type { Trainer } from "../../run/trainer.ts";
import type { Delta } from "../../vector/device-vector.ts";
import { createMemorySignaling, type MemorySignaling } from "./memory-signaling.ts";
import { createNetwork, type Network } from "./network.ts";
import type { VirtualClock } from "./virtual-clock.ts";

export interface SwarmOptions {
  readonly clock: VirtualClock;
  readonly hasher: Hasher;
  readonly config: RunConfig;
  /** One way, between peers, and to the signaling server. */
  readonly latencyMs: number;
  /** Per peer and direction, shared by its links. */
  readonly bandwidthBitsPerSecond: number;
  /** Peers that the room takes; as many as any room may have where absent. */
  readonly maxPeers?: number;
  createTrainer(config: RunConfig, seat: number): Promise<Trainer<Delta>>;
  /** What a run that begins with a model begins with, for the peer that asks. */
  readonly firstParameters?: FirstParameters;
  report(peer: PeerId, report: PeerReport): void;
  /** Who is told of all that happens to a peer's rounds, and all that they do. */
  readonly inspect?: (peer: PeerId) => Inspect;
}

/** Many peers in one process, on the product's own code: rounds, sums, wire, frames, room. Only time and the network are not real. */
export interface Swarm {
  readonly network: Network;
  readonly signaling: MemorySignaling;
  readonly peers: ReadonlyMap<PeerId, Peer>;
  /** One more peer opens the room. */
  add(options?: { readonly config?: RunConfig | null; readonly schema?: string }): PeerId;
  /** Leaves politely. */
  leave(peer: PeerId): void;
  /** Falls silent between one event and the next, as a closed laptop does; its socket and links are noticed lost. */
  crash(peer: PeerId): void;
}

export function createSwarm(options: SwarmOptions): Swarm {
  const { clock, hasher, latencyMs, bandwidthBitsPerSecond, maxPeers, config } = options;
  const rng = seeded(config.seed, "swarm");
  const network = createNetwork({ clock, rng: rng.fork("network"), latencyMs, bandwidthBitsPerSecond });
  const signaling = createMemorySignaling(clock, { hasher, latencyMs, ...(maxPeers === undefined ? {} : { maxPeers }) });
  const peers = new Map<PeerId, Peer>();
  const closers = new Map<PeerId, () => void>();

  return {
    network,
    signaling,
    peers,
    add(given = {}) {
      const self = Array.from({ length: 2 }, () => rng.uint32().toString(16).padStart(8, "0")).join("");
      const line = signaling.connect();
      closers.set(self, line.close);
      const peer = createPeer({
        room: "simulated",
        label: "simulated",
        config: given.config === undefined ? config : given.config,
        // An observer dials its donor, who does not know it: the server vouches that both are in the room.
        links: network.join(self, { accepts: () => true }),
        signaling: line,
        clock,
        hasher,
        ...(given.schema === undefined ? {} : { schema: given.schema }),
        createTrainer: options.createTrainer,
        report: (report) => options.report(self, report),
        ...(options.firstParameters === undefined ? {} : { firstParameters: options.firstParameters }),
        ...(options.inspect === undefined ? {} : { inspect: options.inspect(self) }),
      });
      peers.set(self, peer);
      return self;
    },
    leave(peer) {
      peers.get(peer)?.close();
      peers.delete(peer);
    },
    crash(peer) {
      closers.get(peer)?.();
      network.remove(peer);
      peers.delete(peer);
    },
  };
}
