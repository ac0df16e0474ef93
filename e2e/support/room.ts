import { type ChildPeer, startChildPeer } from "../../cli/child-peer.ts";
import type { RunConfig } from "../../shared/training/config.ts";
import type { RoundReport } from "../../shared/training/report.ts";
import { createSignalingServer } from "../../signaling-server/main.ts";

/** A real server and headless peers in processes of their own, for tabs to join. */
export interface TestRoom {
  readonly link: string;
  readonly peers: readonly TestPeer[];
}

export interface TestPeer {
  readonly process: ChildPeer;
  readonly rounds: readonly RoundReport[];
  /** Peers to which a link is open now. */
  readonly links: ReadonlySet<string>;
}

/** Runs `body` with a room that is closed afterwards. A headless peer that ends before that fails the test with its last words. */
export async function inTestRoom(
  config: RunConfig,
  options: { readonly peers: number },
  body: (room: TestRoom) => Promise<void>,
): Promise<void> {
  const room = await openTestRoom(config, options);
  const failures = room.peers.map(async ({ process }) => {
    if ((await process.ended) === null) throw new Error(`${process.name} ended: ${process.lastWords()}`);
  });
  try {
    const finished = body(room);
    await Promise.race([finished, ...failures.map((failure) => failure.then(() => finished))]);
  } finally {
    for (const failure of failures) failure.catch(() => {});
    await room.close();
  }
}

async function openTestRoom(
  config: RunConfig,
  options: { readonly peers: number },
): Promise<TestRoom & { close(): Promise<void> }> {
  const server = await createSignalingServer({ host: "127.0.0.1", port: 0, iceServers: [] });
  const name = "test-room";
  const flags = Object.entries(config).flatMap(([key, value]) => (key === "data" ? [] : [flagOf(key), String(value)]));
  const peers = Array.from({ length: options.peers }, (_, i): TestPeer => {
    const rounds: RoundReport[] = [];
    const links = new Set<string>();
    const process = startChildPeer(`peer ${i}`, ["--server", server.url, "--room", name, ...flags], (report) => {
      if (report.type === "round") rounds.push(report);
      if (report.type === "link" && report.state === "open") links.add(report.peer);
      if (report.type === "lost" || (report.type === "link" && report.state === "closed")) links.delete(report.peer);
    });
    return { process, rounds, links };
  });
  return {
    link: `${server.url}/r/${name}`,
    peers,
    async close() {
      await Promise.all(peers.map(({ process }) => process.dismiss()));
      await server.close();
    },
  };
}

function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
