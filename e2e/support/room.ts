import { type ChildPeer, startChildPeer } from "../../cli/child-peer.ts";
import { flagsOf } from "../../cli/support/config-options.ts";
import type { RunConfig } from "../../shared/run/config.ts";
import type { IceServer } from "../../shared/signaling/protocol/messages.ts";
import { createSignalingServer } from "../../signaling-server/main.ts";
import { createReportBook, createWatch, type ReportBook, standingOf, type Watch } from "../../test/support/report-book.ts";

/** A real server and headless peers in processes of their own, for tabs to join. */
export interface TestRoom {
  readonly link: string;
  readonly peers: readonly TestPeer[];
  readonly until: Watch["until"];
  /** One more headless peer, with these options beside the run's. */
  start(options?: readonly string[]): TestPeer;
  /** The book of a tab that takes part. */
  openBook(name: string): ReportBook;
}

export interface TestPeer {
  readonly process: ChildPeer;
  readonly book: ReportBook;
  /** Peers to which a link is open now. */
  readonly links: ReadonlySet<string>;
}

export interface TestRoomOptions {
  /** Headless peers at first. */
  readonly peers: number;
  /** A server that is there already; one in this process, if it is left out. */
  readonly serverUrl?: string;
  /** That the server in this process tells its peers of; none, if it is left out. */
  readonly iceServers?: readonly IceServer[];
  /** Names by which the server in this process is asked for, besides its own. */
  readonly allowedHosts?: readonly string[];
}

/** Runs `body` with a room that is closed afterwards. A headless peer that ends before that fails the test with its last words. */
export async function inTestRoom(
  config: RunConfig,
  { peers, serverUrl, iceServers = [], allowedHosts = [] }: TestRoomOptions,
  body: (room: TestRoom) => Promise<void>,
): Promise<void> {
  let fail = (_error: Error): void => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {}); // peers that end because the room is closed are no failure
  const server =
    serverUrl === undefined ? await createSignalingServer({ host: "127.0.0.1", port: 0, iceServers, allowedHosts }) : null;
  const room = openTestRoom(config, server?.url ?? serverUrl!, fail);
  try {
    for (let i = 0; i < peers; i += 1) room.start();
    await Promise.race([body(room), failed]);
  } finally {
    await Promise.all(room.peers.map(({ process }) => process.dismiss()));
    await server?.close();
  }
}

function openTestRoom(config: RunConfig, serverUrl: string, fail: (error: Error) => void): TestRoom {
  const name = "test-room";
  const flags = flagsOf(config);
  const peers: TestPeer[] = [];
  const books: ReportBook[] = [];
  const watch = createWatch(() => books.map(standingOf).join("\n"));
  const openBook = (of: string): ReportBook => {
    const book = createReportBook(of, watch.look);
    books.push(book);
    return book;
  };
  return {
    link: `${serverUrl}/r/${name}`,
    peers,
    until: watch.until,
    openBook,
    start(options = []) {
      const book = openBook(`peer ${peers.length}`);
      const links = new Set<string>();
      const process = startChildPeer(book.name, ["--server", serverUrl, "--room", name, ...flags, ...options], (report) => {
        if (report.type === "link" && report.state === "open" && !report.isBackup) links.add(report.peer);
        else if (report.type === "lost" || (report.type === "link" && report.state !== "dialling")) links.delete(report.peer);
        book.hear(report);
      });
      const peer = { process, book, links };
      peers.push(peer);
      void process.ended.then((final) => {
        if (final === null) fail(new Error(`${process.name} ended: ${process.lastWords()}`));
      });
      return peer;
    },
  };
}
