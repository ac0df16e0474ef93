import { type ChildPeer, startChildPeer } from "../../cli/child-peer.ts";
import { createSignalingServer } from "../../signaling-server/main.ts";
import { createReportBook, createWatch, lastRound, type ReportBook, standingOf, type Watch } from "../support/report-book.ts";

/** A headless peer in a process of its own. */
export interface RoomPeer {
  readonly book: ReportBook;
  state: "living" | "stopped" | "dead";
  kill(): void;
  stop(): void;
  goOn(): void;
}

/** A server, and peers that come and go. */
export interface ProcessRoom {
  readonly peers: readonly RoomPeer[];
  /** The newest round that anybody has reported; and the longest time, in ms, in which nobody reported a newer one. */
  readonly newest: number;
  readonly maxGapMs: number;
  readonly until: Watch["until"];
  /** Measures gaps from now on. */
  watchGaps(): void;
  start(): RoomPeer;
  close(): Promise<void>;
}

/** A room whose peers are started with these flags. */
export async function openProcessRoom(flags: readonly string[]): Promise<ProcessRoom> {
  const server = await createSignalingServer({ host: "127.0.0.1", port: 0, iceServers: [] });
  const peers: RoomPeer[] = [];
  const processes = new Map<RoomPeer, ChildPeer>();
  let newest = 0;
  let maxGapMs = 0;
  let progressAt = performance.now();
  const describe = (peer: RoomPeer): string => {
    const child = processes.get(peer);
    return `${standingOf(peer.book)}, ${child?.exit ?? peer.state}. ${child?.lastWords() ?? ""}`;
  };
  const watch = createWatch(() => peers.map(describe).join("\n"));

  const start = (): RoomPeer => {
    const name = `peer ${peers.length + 1}`;
    const book = createReportBook(name, () => {
      const round = lastRound(book);
      if (round > newest) {
        const now = performance.now();
        newest = round;
        maxGapMs = Math.max(maxGapMs, now - progressAt);
        progressAt = now;
      }
      watch.look();
    });
    const child = startChildPeer(name, ["--server", server.url, "--room", "churn", "--name", name, ...flags], book.hear);
    const become = (state: RoomPeer["state"], signal: NodeJS.Signals) => () => {
      try {
        process.kill(child.pid!, signal);
      } catch (cause) {
        throw new Error(`expected ${name} to run, got\n${describe(peer)}`, { cause });
      }
      peer.state = state;
    };
    const peer: RoomPeer = {
      book,
      state: "living",
      kill: become("dead", "SIGKILL"),
      stop: become("stopped", "SIGSTOP"),
      goOn: become("living", "SIGCONT"),
    };
    processes.set(peer, child);
    peers.push(peer);
    return peer;
  };

  return {
    peers,
    get newest() {
      return newest;
    },
    get maxGapMs() {
      return Math.max(maxGapMs, performance.now() - progressAt);
    },
    until: watch.until,
    watchGaps() {
      maxGapMs = 0;
      progressAt = performance.now();
    },
    start,
    async close() {
      for (const peer of peers) if (peer.state === "stopped") peer.goOn();
      await Promise.all([...processes.values()].map((child) => child.dismiss()));
      await server.close();
    },
  };
}
