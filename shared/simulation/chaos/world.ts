import type { Hasher } from "../../base/hash.ts";
import type { Layout } from "../../base/layout.ts";
import { type Rng, seeded } from "../../base/random.ts";
import type { PeerId } from "../../base/transport.ts";
import { loadCheckpoint } from "../../checkpoint/load-checkpoint.ts";
import { createPeer } from "../../peer/peer.ts";
import type { Inspect } from "../../peer/step.ts";
import type { Checkpoint } from "../../replica/checkpoint.ts";
import type { RunConfig } from "../../run/config.ts";
import type { PeerReport } from "../../run/report.ts";
import { runScheme } from "../../run/run-scheme.ts";
import type { RosterMessage } from "../../signaling/protocol/messages.ts";
import { knownNames } from "../../sync/known-names.ts";
import { nothingKnown } from "../../wire/attempt-code.ts";
import { createCodec } from "../../wire/message-code.ts";
import type { PeerMessage } from "../../wire/messages.ts";
import { sumShapesOf } from "../../wire/sum-shape.ts";
import { createFlakyServer, type FlakyServer } from "../network/flaky-server.ts";
import { createGate, type Gate } from "../network/gate.ts";
import { drawLatencies } from "../network/latencies.ts";
import { createMemoryStore, type MemoryStore } from "../network/memory-store.ts";
import { createNetwork, type Network } from "../network/network.ts";
import type { VirtualClock } from "../network/virtual-clock.ts";
import type { Ledger } from "./ledger.ts";
import { createRecordingTrainer } from "./recording-trainer.ts";
import { furthestOf, neighborsOf, note, type Phase, phaseOf, type SimulatedPeer } from "./simulated-peer.ts";

/** Everything that a fault may do something to. */
export interface World {
  readonly clock: VirtualClock;
  readonly rng: Rng;
  readonly network: Network;
  readonly server: FlakyServer;
  /** Those who live, frozen ones included. */
  readonly simulatedPeers: ReadonlyMap<PeerId, SimulatedPeer>;
  /** Peers that a fault keeps from taking part for now, counted. */
  readonly hindered: Map<PeerId, number>;
  /** The furthest round that any living peer has committed. */
  readonly round: number;
  /** Newest roster that the server issued. */
  readonly roster: RosterMessage | null;
  add(): SimulatedPeer;
  /** One that is gone comes back as another, with what it had saved. */
  revive(former: SimulatedPeer): Promise<void>;
  /** Falls silent; socket and links are noticed dead after so long. */
  crash(simulated: SimulatedPeer, noticeMs: number): void;
  leave(simulated: SimulatedPeer): void;
  /** The living with a tree edge to it by its own roster; for an observer, those that it has a link to. */
  neighborsOf(simulated: SimulatedPeer): SimulatedPeer[];
  phaseOf(simulated: SimulatedPeer): Phase;
  /** All training stops: the run comes to rest. */
  halt(): void;
  say(text: string): void;
}

export interface WorldOptions {
  readonly seed: number;
  readonly clock: VirtualClock;
  readonly hasher: Hasher;
  readonly config: RunConfig;
  readonly layout: Layout;
  readonly ledger: Ledger;
  report(simulated: SimulatedPeer, report: PeerReport): void;
  /** A peer begins with the residual of one that is gone: their accounts are one. */
  succeeds(heir: PeerId, former: PeerId): void;
  say(text: string): void;
  /** Who is told of all that happens to a peer's rounds, and all that they do. */
  readonly inspect?: (name: string) => Inspect;
}

const roomName = "chaos";

/** One of the lives of a peer. */
interface Life {
  readonly self: PeerId;
  readonly gate: Gate;
  readonly store: MemoryStore;
  readonly restored: Checkpoint | null;
}

/** Whole peers, their server and their network, of which every part can fail; seeded from one number. */
export function createWorld(options: WorldOptions): World {
  const { seed, clock, hasher, config, layout, ledger, report, say } = options;
  const rng = seeded(seed, "world");
  const latencyRng = rng.fork("latencies");
  const saveRng = rng.fork("saves");
  // On half of the seeds a snapshot is a dozen pieces.
  const pieces = rng.fork("pieces").integer(2) === 0 ? {} : { pieceBytes: 100 };
  // On some seeds a message takes as long as a training, so that rosters overtake rounds; but no longer than a deadline allows a hop.
  const latencyOf = drawLatencies(latencyRng, 1 + rng.integer(3));
  const network = createNetwork({
    clock,
    rng: rng.fork("network"),
    latencyMs: latencyOf,
    jitterMs: rng.integer(3) === 0 ? 0 : rng.integer(120),
    bandwidthBitsPerSecond: rng.integer(2) === 0 ? Number.POSITIVE_INFINITY : 1e6 * (1 + rng.integer(50)),
  });
  let newest: RosterMessage | null = null;
  const server = createFlakyServer({
    clock,
    rng: rng.fork("server"),
    hasher,
    startMs: 1_700_000_000_000,
    latencyMs: latencyOf,
    hasRounds: (id) => simulatedPeers.get(id)?.hasRounds ?? false,
    said(_to, message) {
      if (message.kind !== "roster") return;
      if (message !== newest) {
        ledger.roster(
          message.version,
          message.members.map(({ peer }) => peer),
        );
      }
      newest = message;
    },
  });
  const scheme = runScheme(config);
  const codec = createCodec(
    config.tree,
    layout.length,
    sumShapesOf(scheme.phases(layout, { round: 1, members: 1 }), layout.statistics),
  );
  const simulatedPeers = new Map<PeerId, SimulatedPeer>();
  let count = 0;
  let isHalted = false;

  const drawId = (): PeerId => [rng.uint32(), rng.uint32()].map((word) => word.toString(16).padStart(8, "0")).join("");

  function createSimulatedPeer({ self, gate, store, restored }: Life): SimulatedPeer {
    const trainingRng = rng.fork("training", count);
    const ownMs = 20 + trainingRng.integer(400);
    const links = network.join(self, { accepts: () => true, gate });
    const session = restored?.session ?? self;
    const signaling = server.connect(self, gate, session);
    const inspect = options.inspect?.(`p${count}`);
    const peer = createPeer({
      room: roomName,
      label: `p${count}`,
      config,
      links: {
        ...links,
        send(to, bytes) {
          tap(simulated, to, bytes);
          return links.send(to, forged(simulated, bytes));
        },
      },
      signaling: { ...signaling, send: (message) => signaling.send(simulated.forgery?.toServer?.(message) ?? message) },
      checkpoints: { store: store.of(gate), restored, session },
      ...pieces,
      clock: gate.clock,
      hasher,
      createTrainer: async () =>
        createRecordingTrainer(simulated, {
          ...{ layout, seed, ledger },
          weighting: scheme.weighting,
          trainingMs: () => ownMs * (0.7 + 0.6 * trainingRng.uniform()),
          isHalted: () => isHalted,
        }),
      report(told) {
        note(simulated, told);
        report(simulated, told);
      },
      inspect(event, machines, depth) {
        simulated.machines = machines;
        inspect?.(event, machines, depth);
        if (event.kind === "committed") ledger.committed(event.tip, event.previous, event.decision);
      },
    });
    const simulated: SimulatedPeer = {
      id: self,
      name: `p${count}`,
      peer,
      machines: null,
      gate,
      roster: [],
      position: null,
      linked: new Set(),
      isTraining: false,
      reportedFor: null,
      slowness: 1,
      store,
      get hasRounds() {
        return restored !== null || (peer.tip?.round ?? 0) > 0;
      },
      isOver: false,
      refused: null,
      forgery: null,
    };
    count += 1;
    simulatedPeers.set(self, simulated);
    return simulated;
  }

  async function revive({ id, name, store, gate: former }: SimulatedPeer): Promise<void> {
    // Of a life that slept when it was ended something may still be under way, a save among it.
    former.close();
    const gate = createGate(clock);
    const { checkpoint } = await loadCheckpoint(store.of(gate), { room: roomName, config }, hasher);
    const self = drawId();
    if (checkpoint?.residual != null) options.succeeds(self, id);
    const heir = createSimulatedPeer({ self, gate, store, restored: checkpoint });
    const with_ =
      checkpoint === null ? "nothing" : `round ${checkpoint.tip.round}${checkpoint.residual === null ? "" : " and its residual"}`;
    say(`${name} is back as ${heir.name}, with ${with_}`);
  }

  /** What a peer sends, as it knows it itself. */
  function read({ machines }: SimulatedPeer, bytes: Uint8Array): PeerMessage {
    return codec.decode(bytes, machines === null ? nothingKnown : knownNames(machines));
  }

  /** What a peer sends, before it is known whether it arrives. Kinds from 8 on are `up`. */
  function tap(simulated: SimulatedPeer, to: PeerId, bytes: Uint8Array): void {
    if ((bytes[0]! & 8) === 0) return;
    const message = read(simulated, bytes);
    if (message.kind !== "up") return;
    ledger.sent(simulated.id, to, message);
    simulated.reportedFor = message.previous;
  }

  function forged(simulated: SimulatedPeer, bytes: Uint8Array): Uint8Array {
    const { forgery } = simulated;
    const said = forgery?.toPeer === undefined ? bytes : codec.encode(forgery.toPeer(read(simulated, bytes)));
    return forgery?.garble?.(said) ?? said;
  }

  return {
    clock,
    rng: rng.fork("faults"),
    network,
    server,
    simulatedPeers,
    hindered: new Map(),
    get round() {
      return furthestOf(simulatedPeers);
    },
    get roster() {
      return newest;
    },
    add: () =>
      createSimulatedPeer({
        self: drawId(),
        gate: createGate(clock),
        store: createMemoryStore(saveRng.integer(40)),
        restored: null,
      }),
    revive,
    crash(simulated, noticeMs) {
      simulatedPeers.delete(simulated.id);
      simulated.gate.close();
      server.drop(simulated.id, noticeMs);
      network.remove(simulated.id, noticeMs);
    },
    leave(simulated) {
      simulatedPeers.delete(simulated.id);
      simulated.isOver = true;
      void simulated.peer.close();
    },
    neighborsOf: (simulated) => neighborsOf(simulated, simulatedPeers, config.tree),
    phaseOf: (simulated) => phaseOf(simulated, simulatedPeers),
    halt() {
      isHalted = true;
    },
    say,
  };
}
