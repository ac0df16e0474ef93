import { mkdir, mkdtemp, rm, watch, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startServer } from "../signaling-server/server-harness.ts";
import { runCopse } from "./run-copse.ts";

const small = ["--local-steps", "1", "--batch", "8", "--samples", "10", "--model", "softmax", "--start-at", "2", "--json"];

async function folderOf(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "copse-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function appears(folder: string, name: string): Promise<void> {
  for await (const { filename } of watch(folder)) if (filename === name) return;
}

/** Three processes start one after the other. */
const timeout = 150_000;

it(
  "a peer whose process is killed goes on from its checkpoint under another name, with its seat; its end is saved too",
  async () => {
    const folder = await folderOf();
    const { url } = await startServer();
    const start = (...more: readonly string[]) => runCopse("peer", "--server", url, "--room", "grove", ...small, ...more);
    const other = start();
    const saved = appears(folder, "grove.checkpoint");
    const first = start("--checkpoint", folder);
    const joined = await first.line("joined");
    await Promise.all([first.line("round", ({ round }) => Number(round) >= 3), saved]);
    first.process.kill("SIGKILL");
    await first.ended;

    const second = start("--checkpoint", folder);
    const [resumed, rejoined] = await Promise.all([second.line("resumed"), second.line("joined")]);
    expect(Number(resumed["round"])).toBeGreaterThanOrEqual(1);
    expect(rejoined["seat"]).toBe(joined["seat"]);
    expect(rejoined["self"]).not.toBe(joined["self"]);
    const counted = await second.line("round", (round) => round["counted"] === true);
    const same = await other.line("round", ({ round }) => round === counted["round"]);
    expect(counted["hash"]).toBe(same["hash"]);
    second.process.kill("SIGINT");
    expect(await second.ended).toEqual({ code: 0, stderr: "" });

    const third = start("--checkpoint", folder);
    expect(Number((await third.line("resumed"))["round"])).toBeGreaterThanOrEqual(Number(counted["round"]));
    expect((await third.line("joined"))["seat"]).toBe(joined["seat"]);
  },
  timeout,
);

it(
  "a peer whose folder cannot be locked says so once, and goes on from the checkpoint in it; one whose folder is a file ends",
  async () => {
    const folder = await folderOf();
    const { url } = await startServer();
    const start = (...more: readonly string[]) => runCopse("peer", "--server", url, "--room", "grove", ...small, ...more);
    start();
    const first = start("--checkpoint", folder);
    const joined = await first.line("joined");
    const round = await first.line("round", ({ round }) => Number(round) >= 3);
    first.process.kill("SIGINT");
    expect(await first.ended).toEqual({ code: 0, stderr: "" });
    await mkdir(join(folder, "grove.checkpoint.lock"));

    const second = start("--checkpoint", folder);
    expect(Number((await second.line("resumed"))["round"])).toBeGreaterThanOrEqual(Number(round["round"]));
    // It may not be the only one that goes on from there, so that it comes with another secret: the seat is left to who has the first.
    expect((await second.line("joined"))["seat"]).not.toBe(joined["seat"]);
    await second.line("round", (later) => later["counted"] === true);
    second.process.kill("SIGINT");
    expect(await second.ended).toEqual({ code: 0, stderr: "" });
    const notices = second.lines.filter(({ type }) => type === "notice").map(({ text }) => text);
    expect(notices).toEqual([expect.stringMatching(/^checkpoints cannot be saved in .*; the run goes on without them$/)]);

    const typo = join(folder, "typo");
    await writeFile(typo, "");
    const said = `error: expected a folder for checkpoints, got ${typo}, which is a file or lies in one\n`;
    expect(await start("--checkpoint", typo).ended).toEqual({ code: 1, stderr: said });
  },
  timeout,
);

it(
  "a peer whose run is over says so when it is started again, with the same model, and ends: without the server, too",
  async () => {
    const folder = await folderOf();
    const server = await startServer();
    const start = (...more: readonly string[]) =>
      runCopse("peer", "--server", server.url, "--room", "grove", ...small, "--rounds", "3", ...more);
    const peers = [start(), start("--checkpoint", folder)];
    const ends = await Promise.all(peers.map((peer) => peer.line("final")));
    expect(await Promise.all(peers.map(({ ended }) => ended))).toEqual(peers.map(() => ({ code: 0, stderr: "" })));
    const { round, hash, accuracy, loss } = ends[1]!;
    expect(ends[0]).toMatchObject({ round: 3, hash });

    const again = start("--checkpoint", folder);
    expect(await again.ended).toEqual({ code: 0, stderr: "" });
    await server.close();
    const alone = start("--checkpoint", folder);
    expect(await alone.ended).toEqual({ code: 0, stderr: "" });
    for (const { lines } of [again, alone]) {
      expect(lines.filter(({ type }) => type === "finished")).toEqual([expect.objectContaining({ round: 3, hash })]);
      // What the room says while it lingers may come after it.
      expect(lines.filter(({ type }) => type === "final")).toEqual([expect.objectContaining({ round, hash, accuracy, loss })]);
    }
  },
  2 * timeout,
);
