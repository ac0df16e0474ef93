import { createHasher } from "../../shared/base/hash.ts";
import { seeded } from "../../shared/base/random.ts";
import { createPeer, type PeerOptions } from "../../shared/peer/peer.ts";
import { configText, defaultConfig } from "../../shared/run/config.ts";
import type { PeerReport } from "../../shared/run/report.ts";
import type { ClientMessage, ServerMessage, Signaling } from "../../shared/signaling/protocol/messages.ts";
import { createQuadraticTrainer } from "../../shared/simulation/lab/quadratic-trainer.ts";
import { createNetwork } from "../../shared/simulation/network/network.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";

const hasher = await createHasher();

interface LineOptions extends Partial<Pick<PeerOptions, "checkpoints" | "config" | "createTrainer">> {
  readonly dimension?: number;
  /** The room's configuration. */
  readonly roomConfig?: PeerOptions["config"];
}

/** A peer whose line to the server is in the test's hand; its trainer takes five seconds to make. */
export function peerOnALine({ dimension = 20, roomConfig, ...options }: LineOptions = {}) {
  const runConfig = roomConfig ?? defaultConfig;
  const clock = createVirtualClock(() => new Promise((resolve) => void setImmediate(resolve)));
  const network = createNetwork({ clock, rng: seeded(1, "line"), latencyMs: 10, bandwidthBitsPerSecond: 1e9 });
  const heard: ClientMessage[] = [];
  const reports: PeerReport[] = [];
  let tell = (_message: ServerMessage): void => {};
  let connect = (_connected: boolean): void => {};
  let trainers = 0;
  const signaling: Signaling = {
    send: (message) => void heard.push(message),
    onMessage(listener) {
      tell = listener;
      return () => {
        tell = () => {};
      };
    },
    onConnection(listener) {
      connect = listener;
      return () => {};
    },
    close: () => {},
  };
  const peer = createPeer({
    room: "grove",
    label: "test",
    config: null,
    links: network.join("a".repeat(16)),
    signaling,
    clock,
    hasher,
    async createTrainer(_config, seat) {
      trainers += 1;
      await new Promise<void>((resolve) => void clock.after(5_000, resolve));
      return createQuadraticTrainer({ dimension, seed: 1, seat, trainingMs: 10, clock });
    },
    report: (report) => void reports.push(report),
    ...options,
  });
  const welcome = (): void =>
    tell({ kind: "welcome", seat: 0, config: runConfig, configHash: hasher(configText(runConfig)), iceServers: [] });
  const roster = (counter: number, others: number): void => {
    const names = ["a".repeat(16), ...Array.from({ length: others }, (_, i) => (i + 1).toString(16).padStart(16, "0"))];
    const members = names.map((name, seat) => ({ peer: name, label: "", seat }));
    tell({ kind: "roster", version: [1, counter], members, running: true, observers: 0, sponsor: null });
  };
  const ask = (hold: readonly [number, number]): void => tell({ kind: "where", hold: [...hold] });
  return {
    clock,
    peer,
    heard,
    reports,
    welcome,
    roster,
    ask,
    refuse: (reason: string): void => tell({ kind: "refused", reason }),
    connect: (connected: boolean) => connect(connected),
    made: () => trainers,
  };
}
