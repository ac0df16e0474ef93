import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { type Rng, seeded } from "../../shared/base/random.ts";
import { disagreements } from "../support/report-book.ts";
import { openProcessRoom, type ProcessRoom, type RoomPeer } from "./process-room.ts";

/** 30 s of faults, or ten minutes: `npm run test:nightly`. Longer where the machine is so slow that fewer happen than are wanted. */
const faultsMs = process.env["COPSE_NIGHTLY"] === "1" ? 600_000 : 30_000;
const minOfEach = 4;
const seed = 5;
const size = 8;
/** More than half of the eight are always there, so that rounds can go on. */
const maxOut = 3;
/** Of a loaded machine: eight processes load at once. */
const startMs = 120_000;
/** Rounds that count everyone, once the faults are over. */
const quietRounds = 10;
/**
 * The longest time without a commit: a stopped process keeps its socket and its links, so that nothing is noticed before it goes on
 * (at most 6 s) or its neighbors complain; then come a roster, links, a round's deadline (4 s), on two cores for all.
 */
const maxGapMs = 30_000;

const small = ["--model", "softmax", "--local-steps", "2", "--batch", "8", "--samples", "40", "--rate", "0.1"];

test(
  "eight processes of which some are killed, stopped and started at random go on committing, with one hash a round",
  async () => {
    const room = await openProcessRoom([...small, "--rounds", "0", "--start-at", String(size), "--partitions", String(size)]);
    onTestFinished(() => room.close());
    for (let i = 0; i < size; i += 1) room.start();
    await room.until(() => room.newest >= 5, "five rounds", startMs);

    room.watchGaps();
    const counts = await disturb(room, seeded(seed, "churn"));
    const quietFrom = room.newest;
    const living = room.peers.filter(({ state }) => state !== "dead");
    expect(living.length).toBe(size);
    const wholeRounds = ({ book }: RoomPeer): number =>
      [...book.rounds.values()].filter(({ round, contributors }) => round > quietFrom && contributors === size).length;
    const isQuiet = (): boolean => living.every((peer) => wholeRounds(peer) >= quietRounds);
    await room.until(isQuiet, `${quietRounds} rounds that count all ${size}`, startMs);

    const gap = Math.round(room.maxGapMs);
    const story = `${room.newest} rounds, ${counts.kills} killed, ${counts.stops} stopped`;
    process.stderr.write(`seed ${seed}: ${story}, longest gap without a commit ${gap} ms\n`);
    const dead = room.peers.filter(({ state }) => state === "dead");
    const booksOf = (peers: readonly RoomPeer[]) => peers.map(({ book }) => book);
    expect(disagreements(booksOf(living), booksOf(dead))).toEqual([]);
    expect(gap).toBeLessThan(maxGapMs);
  },
  faultsMs + 3 * startMs,
);

/** Kills, stops and starts at drawn times until the time is over and each was done often enough. In the end all go on, as many as at first. */
async function disturb(room: ProcessRoom, rng: Rng): Promise<{ readonly kills: number; readonly stops: number }> {
  const counts = { kills: 0, stops: 0 };
  const mended: Promise<void>[] = [];
  const endsAt = performance.now() + faultsMs;
  while (performance.now() < endsAt || Math.min(counts.kills, counts.stops) < minOfEach) {
    await sleep(500 + 2_500 * rng.uniform());
    const isKill = rng.uniform() < 0.4;
    const outMs = 300 + 5_700 * rng.uniform();
    const drawn = rng.uniform();
    const candidates = room.peers.filter(({ state, book }) => state === "living" && book.last("roster")?.position != null);
    if (candidates.length <= size - maxOut) continue;
    const victim = candidates[Math.floor(drawn * candidates.length)]!;
    if (isKill) {
      victim.kill();
      counts.kills += 1;
      mended.push(sleep(outMs).then(() => void room.start()));
    } else {
      victim.stop();
      counts.stops += 1;
      mended.push(sleep(outMs).then(victim.goOn));
    }
  }
  await Promise.all(mended);
  return counts;
}
