import { expect, it } from "vitest";
import { createHasher } from "../../shared/hash.ts";
import { seeded } from "../../shared/random.ts";
import type { ClientMessage, ServerMessage, Signaling } from "../../shared/signaling/messages.ts";
import { createNetwork } from "../../shared/simulation/network.ts";
import { createQuadraticTrainer } from "../../shared/simulation/quadratic-trainer.ts";
import { createVirtualClock } from "../../shared/simulation/virtual-clock.ts";
import { configText, defaultConfig } from "../../shared/training/config.ts";
import { createPeer } from "../../shared/training/peer.ts";
import type { PeerReport } from "../../shared/training/report.ts";

const hasher = await createHasher();

/** A peer whose line to the server is in the test's hand; its trainer takes five seconds to make. */
function peerOnALine(dimension = 20) {
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
  });
  const welcome = (): void =>
    tell({ kind: "welcome", seat: 0, config: defaultConfig, configHash: hasher(configText(defaultConfig)), iceServers: [] });
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
    connect: (connected: boolean) => connect(connected),
    made: () => trainers,
  };
}

it("a second welcome, after a reconnection while the trainer is made, starts no second run", async () => {
  const { clock, heard, reports, welcome, connect, made } = peerOnALine();
  connect(true);
  welcome();
  await clock.advance(1_000);
  connect(false);
  connect(true);
  welcome();
  await clock.advance(10_000);
  expect(made()).toBe(1);
  expect(reports.filter(({ type }) => type === "joined")).toHaveLength(1);
  expect(heard.map(({ kind }) => kind)).toEqual(["hello", "hello", "ready", "ready"]);
});

it("a peer that is closed while its trainer is made says nothing more", async () => {
  const { clock, peer, heard, reports, welcome, connect } = peerOnALine();
  connect(true);
  welcome();
  peer.close();
  await clock.advance(10_000);
  expect(heard.map(({ kind }) => kind)).toEqual(["hello", "leave"]);
  expect(reports.map(({ type }) => type)).toEqual(["connection"]);
});

it("a model whose snapshot would not fit a message is refused with both numbers", async () => {
  const { clock, reports, welcome, connect } = peerOnALine(16 * 1024 * 1024);
  connect(true);
  welcome();
  await clock.advance(10_000);
  expect(reports.at(-1)).toMatchObject({
    type: "refused",
    reason: expect.stringMatching(/fits 67108864 bytes, got one of 67109888/),
  });
});

it("a peer that is asked to hold back says so until it has a newer roster", async () => {
  const { clock, heard, welcome, connect, roster, peer, ask } = peerOnALine();
  connect(true);
  welcome();
  await clock.advance(6_000);
  roster(1, 0);
  await clock.advance(200);
  const last = () => heard.findLast((message) => message.kind === "ready");
  ask([1, 1]);
  expect(last()?.holds).toEqual([1, 1]);
  await clock.advance(50);
  const { round } = peer.tip!;
  await clock.advance(10_000);
  expect(peer.tip!.round).toBe(round);
  roster(2, 0);
  await clock.advance(200);
  expect(peer.tip!.round).toBeGreaterThan(round);
  ask([1, 1]);
  expect(last()?.holds).toBeUndefined();
});
