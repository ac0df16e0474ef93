import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { playTrace } from "../../cli/tracing/play-trace.ts";
import { traceLinesOf } from "../../cli/tracing/trace-file.ts";
import { startServer } from "../signaling-server/server-harness.ts";
import { copseText, type JsonLine, runCopse } from "./run-copse.ts";

const small = ["--model", "softmax", "--local-steps", "2", "--batch", "8", "--samples", "40", "--rate", "0.1"];

it("of a run in which a peer is killed, the traces say who was waited for and how long, and replayed the same decisions come out", async () => {
  const folder = await mkdtemp(join(tmpdir(), "copse-replay-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { url } = await startServer();
  const names = ["oak", "ash", "elm"];
  const fileOf = (name: string): string => join(folder, `${name}.ndjson`);
  const run = ["--rounds", "0", "--start-at", "3", "--partitions", "3", ...small];
  const peers = names.map((name) =>
    runCopse(...["peer", "--server", url, "--room", "x", "--name", name, "--trace", fileOf(name), "--json"], ...run),
  );
  const fifth = Promise.all(peers.map(({ line }) => line("round", ({ round }) => round === 5)));
  const early = peers.map(({ ended }) => ended.then(({ stderr }) => Promise.reject(new Error(`a peer ended: ${stderr}`))));
  await Promise.race([fifth, ...early]);
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

  // What the killed one was writing may be cut.
  const cuts: string[] = [];
  for (const name of names) {
    const { effects, rounds } = await playTrace(
      fileOf(name),
      traceLinesOf(fileOf(name), (sentence) => void cuts.push(sentence)),
    );
    expect(effects).toBeGreaterThan(20);
    expect(rounds).toBeGreaterThanOrEqual(5);
  }
  expect(cuts.length).toBeLessThanOrEqual(1);

  const root = fileOf(names[rosters.findIndex(({ position }) => position === 0)]!);
  const [replayed, shown] = await Promise.all([copseText("replay", root), copseText("trace", root)]);
  expect(replayed.text).toMatch(/^the same came out: \d+ decisions after \d+ events, in \d+ rounds\n$/);
  expect(replayed.code).toBe(0);
  const waited = `waited [\\d. ]+ m?s for (the part of )?${names[victim]}, until (the deadline|a new roster came)`;
  expect(shown.text).toMatch(new RegExp(waited));

  const lines = readFileSync(root, "utf8").split("\n");
  const at = lines.findIndex((line) => line.includes('"kind":"committed"'));
  const edited = join(folder, "edited.ndjson");
  writeFileSync(edited, [...lines.slice(0, at), ...lines.slice(at + 1)].join("\n"));
  const refused = await copseText("replay", edited);
  expect(refused).toEqual({ text: expect.stringContaining(`edited.ndjson, line ${at + 1}: expected committed`), code: 1 });
}, 180_000);
