import { type ChildPeer, startChildPeer } from "../../cli/child-peer.ts";
import type { ClientReport } from "../../client/peer/client-report.ts";
import type { RoundReport } from "../../shared/training/report.ts";
import { createSignalingServer } from "../../signaling-server/main.ts";

/** A headless peer in a process of its own, and what it has said so far. */
export interface RoomPeer {
  readonly name: string;
  state: "living" | "stopped" | "dead";
  /** Whether it has ever been a member. */
  hasJoined: boolean;
  /** The rounds that it reported and did not withdraw. */
  readonly rounds: ReadonlyMap<number, RoundReport>;
  /** The hashes of those that it said would stay. */
  readonly confirmed: ReadonlyMap<number, string>;
  kill(): void;
  stop(): void;
  goOn(): void;
}

/** A server, and peers that come and go. */
export interface ProcessRoom {
  readonly peers: readonly RoomPeer[];
  /** The newest round that anybody has reported; and the longest time, in ms, in which nobody reported a newer one. */
  readonly newest: number;
  readonly longestGapMs: number;
  /** Measures gaps from now on. */
  watchGaps(): void;
  start(): RoomPeer;
  /** Resolves when the condition holds; it is looked at after each report. Rejects with what everybody last said when it took too long. */
  until(condition: () => boolean, what: string, limitMs: number): Promise<void>;
  close(): Promise<void>;
}

export async function openProcessRoom(flags: readonly string[]): Promise<ProcessRoom> {
  const server = await createSignalingServer({ host: "127.0.0.1", port: 0, iceServers: [] });
  const peers: RoomPeer[] = [];
  const processes = new Map<RoomPeer, ChildPeer>();
  const listeners = new Set<() => void>();
  let newest = 0;
  let longestGapMs = 0;
  let progressAt = performance.now();

  const progressed = (round: number): void => {
    if (round <= newest) return;
    const now = performance.now();
    newest = round;
    longestGapMs = Math.max(longestGapMs, now - progressAt);
    progressAt = now;
  };
  const start = (): RoomPeer => {
    const name = `peer ${peers.length + 1}`;
    const rounds = new Map<number, RoundReport>();
    const confirmed = new Map<number, string>();
    const signal = (which: NodeJS.Signals): void => void process.kill(processes.get(peer)!.pid!, which);
    const peer: RoomPeer = {
      name,
      state: "living",
      hasJoined: false,
      rounds,
      confirmed,
      kill() {
        peer.state = "dead";
        signal("SIGKILL");
      },
      stop() {
        peer.state = "stopped";
        signal("SIGSTOP");
      },
      goOn() {
        peer.state = "living";
        signal("SIGCONT");
      },
    };
    const hear = (report: ClientReport): void => {
      if (report.type === "roster" && report.position !== null) peer.hasJoined = true;
      if (report.type === "round") {
        rounds.set(report.round, report);
        progressed(report.round);
      }
      if (report.type === "confirmed") confirmed.set(report.round, report.hash);
      if (report.type === "withdrawn") rounds.delete(report.round);
      for (const listener of [...listeners]) listener();
    };
    processes.set(peer, startChildPeer(name, ["--server", server.url, "--room", "churn", "--label", name, ...flags], hear));
    peers.push(peer);
    return peer;
  };
  const describe = (): string =>
    peers
      .map((peer) => {
        const last = [...peer.rounds.values()].at(-1);
        const standing = last === undefined ? "no round" : `round ${last.round}, ${last.contributors} of ${last.members} counted`;
        return `${peer.name}: ${peer.state}, ${standing}. ${processes.get(peer)!.lastWords()}`;
      })
      .join("\n");

  return {
    peers,
    get newest() {
      return newest;
    },
    get longestGapMs() {
      return Math.max(longestGapMs, performance.now() - progressAt);
    },
    watchGaps() {
      longestGapMs = 0;
      progressAt = performance.now();
    },
    start,
    until: (condition, what, limitMs) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          clearTimeout(timer);
          listeners.delete(look);
        };
        const look = (): void => {
          if (!condition()) return;
          end();
          resolve();
        };
        const timer = setTimeout(() => {
          end();
          reject(new Error(`expected ${what} within ${limitMs / 1_000} s, got\n${describe()}`));
        }, limitMs);
        listeners.add(look);
        look();
      }),
    async close() {
      for (const peer of peers) if (peer.state === "stopped") peer.goOn();
      await Promise.all([...processes.values()].map((child) => child.dismiss()));
      await server.close();
    },
  };
}
