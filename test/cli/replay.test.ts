import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startServer } from "../signaling-server/server-harness.ts";
import { copseText, type JsonLine, runCopse } from "./run-copse.ts";

const small = ["--model", "softmax", "--local-steps", "2", "--batch", "8", "--samples", "40", "--rate", "0.1"];

it("of a run in which a peer is killed, the traces say who was waited for and how long, and replayed the same decisions come out", async () => {
  const folder = await mkdtemp(join(tmpdir(), "copse-replay-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { url } = await startServer();
  const names = ["oak", "ash", "elm"];
  const fileOf = (name: string): string => join(folder, `${name}.ndjson`);
  const run = ["--rounds", "0", "--start-at", "3", "--shares", "3", ...small];
  const peers = names.map((name) =>
    runCopse(...["peer", "--server", url, "--room", "x", "--label", name, "--trace", fileOf(name), "--json"], ...run),
  );
  await Promise.all(peers.map(({ line }) => line("round", ({ round }) => round === 5)));
  const isWhole = ({ members, position }: JsonLine): boolean =>
    Array.isArray(members) && members.length === 3 && position !== null;
  const rosters = await Promise.all(peers.map(({ line }) => line("roster", isWhole)));
  const victim = rosters.findIndex(({ position }) => position === 2);
  const survivors = peers.filter((_, i) => i !== victim);
  peers[victim]!.process.kill("SIGKILL");
  const two = await Promise.all(survivors.map(({ line }) => line("round", ({ members }) => members === 2)));
  const last = Math.max(...two.map(({ round }) => Number(round))) + 3;
  await Promise.all(survivors.map(({ line }) => line("round", ({ round }) => Number(round) >= last)));
  for (const { process } of survivors) process.kill("SIGTERM");
  await Promise.all(survivors.map(({ ended }) => ended));

  for (const [i, name] of names.entries()) {
    const replayed = await copseText("replay", fileOf(name));
    // What the killed one was writing may be cut.
    expect(replayed.text).toMatch(
      /^(.* cut short, left out\n)?the same came out: \d+ decisions after \d+ events, in \d+ rounds\n$/m,
    );
    expect(replayed.code).toBe(0);
    if (rosters[i]!["position"] !== 0) continue;
    const { text } = await copseText("trace", fileOf(name));
    const waited = `waited [\\d. ]+ m?s for (the part of )?${names[victim]}, until (the deadline|a new roster came)`;
    expect(text).toMatch(new RegExp(waited));
  }
}, 180_000);
