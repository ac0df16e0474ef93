import { createHasher } from "../../shared/base/hash.ts";
import { seeded } from "../../shared/base/random.ts";
import { createPeer, type PeerOptions } from "../../shared/peer/peer.ts";
import { defaultConfig, type RunConfig } from "../../shared/run/config.ts";
import { describeRun } from "../../shared/run/describe-run.ts";
import type { PeerReport } from "../../shared/run/report.ts";
import type { ClientMessage, Member, ServerMessage, Signaling } from "../../shared/signaling/protocol/messages.ts";
import { otherConfiguration } from "../../shared/signaling/protocol/refusals.ts";
import type { RunDescription } from "../../shared/signaling/protocol/run-description.ts";
import { createQuadraticTrainer } from "../../shared/simulation/lab/quadratic-trainer.ts";
import { createNetwork } from "../../shared/simulation/network/network.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";

const hasher = await createHasher();

interface LineOptions extends Partial<Pick<PeerOptions, "checkpoints" | "config" | "createTrainer">> {
  readonly dimension?: number;
  /** The room's configuration. */
  readonly roomConfig?: PeerOptions["config"];
  /** The same, as the server tells it. */
  readonly description?: RunDescription;
}

/** A peer whose line to the server is in the test's hand; its trainer takes five seconds to make. */
export function peerOnALine({ dimension = 20, roomConfig, ...others }: LineOptions = {}) {
  const { description = describeRun(roomConfig ?? defaultConfig, hasher), ...options } = others;
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
  const welcome = (): void => tell({ kind: "welcome", seat: 0, description, iceServers: [] });
  const roster = (counter: number, others: number, { running = true } = {}): void => {
    const names = ["a".repeat(16), ...Array.from({ length: others }, (_, i) => (i + 1).toString(16).padStart(16, "0"))];
    const members = names.map((name, seat) => ({ peer: name, label: "", seat }));
    tell({ kind: "roster", version: [1, counter], members, running, observers: 0, donor: null });
  };
  const ask = (prepare: readonly [number, number]): void => tell({ kind: "status-request", prepare: [...prepare] });
  return {
    clock,
    peer,
    heard,
    reports,
    welcome,
    roster,
    ask,
    paused: (by: Member): void => tell({ kind: "paused", by }),
    refuse: (reason: string): void => tell({ kind: "refused", reason }),
    /** As a room that trains another run does. */
    refuseFor: (room: RunConfig): void => tell({ kind: "refused", reason: otherConfiguration, room: describeRun(room, hasher) }),
    connect: (connected: boolean) => connect(connected),
    made: () => trainers,
  };
}
